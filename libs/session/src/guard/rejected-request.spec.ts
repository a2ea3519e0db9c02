import { type INestApplication } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { SessionManager } from '../issuer/session.manager';
import { SessionModule } from '../session.module';
import { createRedisClient, whenReady } from '../store/redis-client';
import { SessionStore } from '../store/session.store';
import { countCommands } from '../testing/command-counts';
import { eventually } from '../../../../tools/testing/eventually';
import { httpAdapters, listen } from '../testing/http-adapters';
import { keySpaceOf } from '../testing/key-space';
import { withBearer, withCookie } from '../testing/requests';
import { SampleController } from '../testing/sample.controller';
import { createToken, sessionIdOf } from '../token/session-token';

let server: RedisServer;
let admin: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  admin = createRedisClient(server.url);
  await whenReady(admin, 10_000);
});

afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

describe.each(httpAdapters)('a request on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    await admin.flushall();
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis: server.url, requiredRole: 'orders' }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [SampleController],
    }));
  });

  afterEach(async () => {
    await app.close();
  });

  /** A session that was last used a while ago: the next use would slide its clock. */
  async function signIn(...roles: string[]): Promise<{ token: string; id: string }> {
    const manager = app.get(SessionManager, { strict: false });
    const { token, session } = await manager.create({
      user: { id: 'u-1', username: 'ada' },
      roles,
    });
    await admin.pexpire(`idle:{${session.id}}`, 600_000);
    return { token, id: session.id };
  }

  /** Sends the request, and waits until everything has arrived that it made the app send to Redis. */
  async function send(path: string, init: RequestInit): Promise<number> {
    const { status } = await fetch(url + path, init);
    await app.get(SessionStore).ping();
    return status;
  }

  it('that is let in starts the idle timeout anew, and changes nothing else', async () => {
    const { token, id } = await signIn('orders');
    const before = await keySpaceOf(admin);

    expect(await send('/closed', withCookie(token))).toBe(200);

    const { [`idle:{${id}}`]: slid, ...rest } = await keySpaceOf(admin);
    const { [`idle:{${id}}`]: old, ...same } = before;
    expect(rest).toEqual(same);
    expect(slid?.[0]).toBe(old?.[0]);
    expect(slid?.[1]).toBeGreaterThan(old?.[1] ?? Infinity);
  });

  type Case = [what: string, status: number, path: string, init: () => Promise<RequestInit>];

  const rejected: Case[] = [
    ['carries no token', 401, '/closed', () => Promise.resolve({})],
    ['carries a malformed token', 401, '/closed', () => Promise.resolve(withCookie('x'))],
    ['carries a forged token', 401, '/closed', () => Promise.resolve(withCookie(createToken()))],
    [
      'carries the token of a revoked session',
      401,
      '/closed',
      async () => {
        const { token, id } = await signIn('orders');
        await app.get(SessionManager, { strict: false }).revoke(id);
        return withCookie(token);
      },
    ],
    [
      'carries the token of a session that was not used in time',
      401,
      '/closed',
      async () => {
        const { token, id } = await signIn('orders');
        await admin.pexpire(`idle:{${id}}`, 1);
        await eventually(async () => (await admin.exists(`idle:{${id}}`)) === 0);
        return withCookie(token);
      },
    ],
    [
      'carries the token of a session past its absolute timeout',
      401,
      '/closed',
      async () => {
        const { token, id } = await signIn('orders');
        const key = `session:{${id}}`;
        const record = (await admin.get(key)) ?? '';
        await admin.set(key, record.replace(/"abs":\d+/, `"abs":${Date.now() - 1}`), 'KEEPTTL');
        return withCookie(token);
      },
    ],
    [
      'carries the token of a malformed record',
      401,
      '/closed',
      async () => {
        const { token, id } = await signIn('orders');
        await admin.set(`session:{${id}}`, '{}', 'KEEPTTL');
        return withCookie(token);
      },
    ],
    [
      'lacks the role of the route',
      403,
      '/write',
      async () => withCookie((await signIn('orders')).token),
    ],
    [
      'lacks the role of the service',
      403,
      '/closed',
      async () => withBearer((await signIn('orders:write')).token),
    ],
    [
      'carries two tokens',
      400,
      '/closed',
      async () => {
        const { token } = await signIn('orders');
        return { headers: { ...withCookie(token).headers, ...withBearer(token).headers } };
      },
    ],
    [
      'carries a token to where none is needed',
      200,
      '/public',
      async () => withCookie((await signIn('orders')).token),
    ],
  ];

  it.each(rejected)(
    'that %s (%i) changes nothing in Redis',
    async (_what, status, path, makeInit) => {
      await signIn('orders', 'orders:write');
      const init = await makeInit();
      const before = await keySpaceOf(admin);

      expect(await send(path, init)).toBe(status);

      expect(await keySpaceOf(admin)).toEqual(before);
    },
  );

  it('without a well-formed token is not even asked about in Redis', async () => {
    const asked = await countCommands(admin, async () => {
      await fetch(`${url}/closed`);
      await fetch(`${url}/closed`, withCookie('x'));
      await fetch(`${url}/closed`, withBearer('x'.repeat(43)));
      await fetch(`${url}/public`, withCookie(createToken()));
    });

    expect(asked).toEqual({});
  });

  it('is rejected for good after the end of its session, however many were under way', async () => {
    const { token } = await signIn('orders');
    const manager = app.get(SessionManager, { strict: false });

    await Promise.all([
      ...Array.from({ length: 10 }, () => fetch(`${url}/closed`, withCookie(token))),
      manager.revoke(sessionIdOf(token)),
      ...Array.from({ length: 10 }, () => fetch(`${url}/closed`, withCookie(token))),
    ]);

    expect(await send('/closed', withCookie(token))).toBe(401);
    // What is left is that it happened.
    expect(await admin.keys('*')).toEqual(['session-events']);
  });
});
