import { eventually } from '../../tools/testing/eventually';
import { GuardedRedis } from '../support/guarded-redis';
import { call } from '../support/http';
import { expectNoOrderWithoutProducts } from './calls';
import { type Adapter, settingsFor, type Source, System } from '../support/system';

/** Starts its own system, because it stops the Redis and a service. */
export function outage(adapter: Adapter, source: Source): void {
  describe(`while Redis is away, on ${adapter} by ${source}`, () => {
    let system: System;
    let token: string;
    let restarted: GuardedRedis | undefined;

    beforeAll(async () => {
      system = await System.start(adapter, settingsFor(source));
      token = await system.signIn('alice');
      expect(await system.statuses(token)).toEqual([200, 200, 200]);
      await system.redis.stop();
    });
    afterAll(async () => {
      await system.stop();
      await restarted?.stop();
    });

    const healths = (path: string) =>
      Promise.all(system.services.map(async ({ url }) => (await call(url + path)).status));

    it('answers 503 with Retry-After and leaves the cookie alone', async () => {
      const logout = await system.logout(token);
      const login = await system.login('alice', 'alice-demo-password');
      const answers = await Promise.all(system.doors.map((door) => call(door, { cookie: token })));
      for (const { status, headers, text } of [...answers, logout, login]) {
        expect(status).toBe(503);
        expect(headers['retry-after']).toBe('1');
        expect(headers['set-cookie']).toBeUndefined();
        expect(headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(JSON.parse(text)).toMatchObject({ code: 'ERR_SESSION_STORE_UNAVAILABLE' });
      }
    });

    it('answers 503 to a gateway and to requests for its keys, and 401 to a gateway without a token', async () => {
      const verify = `${system.auth.url}/auth/verify`;
      const answers = [
        await call(verify, { cookie: token }),
        await call(`${system.auth.url}/.well-known/jwks.json`),
      ];
      for (const { status, headers } of answers) {
        expect([status, headers['retry-after'], headers['cache-control']]).toEqual([
          503,
          '1',
          'no-store',
        ]);
      }
      expect((await call(verify)).status).toBe(401);
    });

    it('answers 401 still to who sends no token: nothing has to be asked for that', async () => {
      for (const door of system.doors) expect((await call(door)).status).toBe(401);
    });

    it('signs out who is not signed in', async () => {
      const answer = await call(`${system.auth.url}/auth/logout`, { method: 'POST' });
      expect(answer.status).toBe(204);
    });

    it('lives, but is not ready', async () => {
      await eventually(async () => (await healths('/health/ready')).every((it) => it === 503));
      // A gateway that cannot ask auth forwards nothing.
      const live = source === 'gateway' ? 503 : 200;
      expect(await healths('/health/live')).toEqual([200, live, live]);
    });

    it('serves again when Redis is back, without a restart; who was signed in signs in again', async () => {
      restarted = await GuardedRedis.start({ port: system.redis.port });
      await eventually(async () => (await healths('/health/ready')).every((it) => it === 200));
      expect(await system.statuses(token)).toEqual([401, 401, 401]);
      expect(await system.statuses(await system.signIn('alice'))).toEqual([200, 200, 200]);
    });

    // Must be the last test: it stops products.
    it('answers an order with 503 while products is away, and makes none', () =>
      expectNoOrderWithoutProducts(system));
  });
}
