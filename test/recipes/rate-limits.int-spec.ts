import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { seconds, ThrottlerModule } from '@nestjs/throttler';
import { SessionModule } from 'nest-sessions';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { AppModule, AuthController, limitsIn, OrdersController } from './rate-limits/app.js';
import { RateLimitsModule, UserThrottlerGuard } from './rate-limits/rate-limits.module.js';

/** Requests per minute that `RateLimitsModule` and the sign-in route allow. */
const [LIMIT, SIGN_IN_LIMIT] = [100, 5];

describe.each(httpAdapters)('limits per user on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;

  const start = async (metadata: ModuleMetadata) => {
    const imports = [...(metadata.imports ?? []), SessionTestingModule.forRoot()];
    ({ app, url } = await listen(makeAdapter, { ...metadata, imports }));
  };
  afterEach(() => app.close());

  const get = (headers: Record<string, string> = {}) => fetch(`${url}/orders`, { headers });
  const remaining = ({ headers }: Response) => Number(headers.get('x-ratelimit-remaining'));

  it('counts the requests of all sessions of a user, not of other users at that address', async () => {
    await start({ imports: [AppModule] });
    const user = { id: 'u-7', username: 'carol' };
    const [phone, laptop] = [await signInAs(app, { user }), await signInAs(app, { user })];
    for (let count = 1; count <= LIMIT; count += 1) {
      const response = await get(count % 2 === 0 ? phone.headers : laptop.headers);
      expect([response.status, remaining(response)]).toEqual([200, LIMIT - count]);
    }

    const refused = await get(phone.headers);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('content-type')).toContain('application/json');
    expect(await refused.json()).toMatchObject({ statusCode: 429 });
    expect((await get((await signInAs(app)).headers)).status).toBe(200);
    await phone.revoke();
    expect((await get(phone.headers)).status).toBe(401);
  });

  it('limits sign-ins by address', async () => {
    await start({ imports: [AppModule] });
    const carol = await signInAs(app);
    const signIn = (headers = {}) => fetch(`${url}/auth/login`, { method: 'POST', headers });
    for (let count = 1; count <= SIGN_IN_LIMIT; count += 1) {
      expect((await signIn()).status).toBe(201);
    }
    expect((await signIn()).status).toBe(429);
    // A public route has no session, so a session gives no allowance of its own.
    expect((await signIn(carol.headers)).status).toBe(429);
    expect((await get(carol.headers)).status).toBe(200);
  });

  it('does not count a request that the session guard refuses', async () => {
    await start({ imports: [AppModule] });
    const refused = await get();
    expect([refused.status, refused.headers.has('x-ratelimit-remaining')]).toEqual([401, false]);
  });

  it.each([
    ['before SessionModule', { imports: [RateLimitsModule, SessionModule.forRoot({})] }],
    [
      'among the providers of the root module',
      {
        imports: [
          SessionModule.forRoot({}),
          ThrottlerModule.forRoot([{ limit: LIMIT, ttl: 60_000 }]),
        ],
        providers: [{ provide: APP_GUARD, useClass: UserThrottlerGuard }],
      },
    ],
  ])('counts by address, also refused requests, with the guard %s', async (__, metadata) => {
    await start({ ...metadata, controllers: [OrdersController] });
    const [carol, dave] = [await signInAs(app), await signInAs(app)];
    const responses = [await get(), await get(carol.headers), await get(dave.headers)];
    expect(responses.map(({ status }) => status)).toEqual([401, 200, 200]);
    expect(responses.map(remaining)).toEqual([LIMIT - 1, LIMIT - 2, LIMIT - 3]);
  });
});

describe('limits in Redis', () => {
  const redis = startedRedis();
  const [[, makeAdapter]] = httpAdapters as [(typeof httpAdapters)[0]];
  const started: INestApplication[] = [];

  afterEach(async () => {
    await redis.client.config('SET', 'maxmemory', '0');
    for (const app of started.splice(0)) await app.close();
  });

  /** Starts a process. @returns a function that signs in there, with the status and the pause that it asks for */
  async function start() {
    const { app, url } = await listen(makeAdapter, {
      imports: [SessionModule.forRoot({}), limitsIn(redis.client), SessionTestingModule.forRoot()],
      controllers: [AuthController],
      providers: [{ provide: APP_GUARD, useClass: UserThrottlerGuard }],
    });
    started.push(app);
    return async () => {
      const { status, headers } = await fetch(`${url}/auth/login`, { method: 'POST' });
      return { status, retryAfter: Number(headers.get('retry-after')) };
    };
  }

  it('count the requests to all processes together, and block for the block duration', async () => {
    const [signIn, signInElsewhere] = [await start(), await start()];
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await signIn()).status, (await signInElsewhere()).status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);

    const [counter = ''] = await redis.client.keys('throttle:*');
    expect(await redis.client.pttl(counter)).toBeGreaterThan(seconds(60));
    expect((await signIn()).retryAfter).toBeGreaterThan(60);
    await redis.client.del(counter);
    expect((await signIn()).status).toBe(201);
  });

  it('fail when Redis refuses to count', async () => {
    const signIn = await start();
    await redis.client.config('SET', 'maxmemory', '1');
    expect((await signIn()).status).toBe(500);
  });
});
