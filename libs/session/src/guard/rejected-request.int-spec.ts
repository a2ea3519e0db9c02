import { type INestApplication } from '@nestjs/common';
import { createSessionManager } from '../issuer/create-session-manager.js';
import type { SessionManager } from '../issuer/session.manager.js';
import { SessionModule } from '../session.module.js';
import { SessionStore } from '../store/session.store.js';
import { countCommands } from '../../test-support/command-counts.js';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { keySpaceOf } from '../../test-support/key-space.js';
import { withBearer, withCookie } from '../../test-support/requests.js';
import { SampleController } from '../../test-support/sample.controller.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { createToken, sessionIdOf } from '../token/session-token.js';

describe.each(httpAdapters)('a request on %s', (_, makeAdapter) => {
  const redis = startedRedis();
  let app: INestApplication;
  let url: string;
  let manager: SessionManager;

  beforeAll(async () => {
    // Created outside the application, which would check for expired sessions every second.
    manager = createSessionManager(redis.client);
    ({ app, url } = await listen(makeAdapter, {
      imports: [SessionModule.forRoot({ redis: redis.url, requiredRole: 'orders' })],
      controllers: [SampleController],
    }));
  });

  afterAll(() => app.close());

  /** Creates a session that was last used a while ago: the next use renews its idle timeout. */
  async function signIn(...roles: string[]): Promise<{ token: string; id: string }> {
    const { token, session } = await manager.create({
      user: { id: 'u-1', username: 'ada' },
      roles,
    });
    await redis.client.pexpire(`idle:{${session.id}}`, 600_000);
    return { token, id: session.id };
  }

  /** Sends the request, and waits until Redis has received every command that it caused. */
  async function send(path: string, init: RequestInit): Promise<number> {
    const { status } = await fetch(url + path, init);
    await app.get(SessionStore).ping();
    return status;
  }

  it('renews the idle timeout and changes nothing else when it is authorized', async () => {
    const { token, id } = await signIn('orders');
    const before = await keySpaceOf(redis.client);

    expect(await send('/closed', withCookie(token))).toBe(200);

    const { [`idle:{${id}}`]: slid, ...rest } = await keySpaceOf(redis.client);
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
        await manager.revoke(id);
        return withCookie(token);
      },
    ],
    [
      'carries the token of a session that was not used in time',
      401,
      '/closed',
      async () => {
        const { token, id } = await signIn('orders');
        await redis.client.pexpire(`idle:{${id}}`, 1);
        await eventually(async () => (await redis.client.exists(`idle:{${id}}`)) === 0);
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
        const record = (await redis.client.get(key)) ?? '';
        const past = record.replace(/"abs":\d+/, `"abs":${Date.now() - 1}`);
        await redis.client.set(key, past, 'KEEPTTL');
        return withCookie(token);
      },
    ],
    [
      'carries the token of a malformed record',
      401,
      '/closed',
      async () => {
        const { token, id } = await signIn('orders');
        await redis.client.set(`session:{${id}}`, '{}', 'KEEPTTL');
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

  it('changes nothing in Redis when it is rejected or needs no session', async () => {
    await eachRow(
      rejected,
      async ([, status, path, makeInit]) => {
        await redis.client.flushall();
        await signIn('orders', 'orders:write');
        const init = await makeInit();
        const before = await keySpaceOf(redis.client);

        expect(await send(path, init)).toBe(status);

        expect(await keySpaceOf(redis.client)).toEqual(before);
      },
      ([what, status]) => `that ${what} (${status})`,
    );
  });

  it('sends no command to Redis without a well-formed token', async () => {
    const asked = await countCommands(redis.client, async () => {
      await fetch(`${url}/closed`);
      await fetch(`${url}/closed`, withCookie('x'));
      await fetch(`${url}/closed`, withBearer('x'.repeat(43)));
      await fetch(`${url}/public`, withCookie(createToken()));
    });

    expect(asked).toEqual({});
  });

  it('stays rejected after its session ends, however many requests are in flight', async () => {
    const { token } = await signIn('orders');

    await Promise.all([
      ...Array.from({ length: 10 }, () => fetch(`${url}/closed`, withCookie(token))),
      manager.revoke(sessionIdOf(token)),
      ...Array.from({ length: 10 }, () => fetch(`${url}/closed`, withCookie(token))),
    ]);

    expect(await send('/closed', withCookie(token))).toBe(401);
    // Only the event log is left.
    expect(await redis.client.keys('*')).toEqual(['session-events']);
  });
});
