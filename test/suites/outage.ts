import { eventually } from '../../tools/testing/eventually';
import { GuardedRedis } from '../support/guarded-redis';
import { call } from '../support/http';
import { expectNoOrderWithoutProducts } from './calls';
import { type Adapter, settingsFor, type Source, System } from '../support/system';

/** Starts its own system, because it stops the Redis and a service. */
export function outage(adapter: Adapter, source: Source): void {
  describe(`while Redis is down, on ${adapter} by ${source}`, () => {
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

    it('responds 503 with Retry-After and keeps the cookie', async () => {
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

    it('responds 503 to /auth/verify and the key set, and 401 to /auth/verify without a token', async () => {
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

    it('still responds 401 to a request without a token', async () => {
      for (const door of system.doors) expect((await call(door)).status).toBe(401);
    });

    it('accepts a sign-out without a session', async () => {
      const answer = await call(`${system.auth.url}/auth/logout`, { method: 'POST' });
      expect(answer.status).toBe(204);
    });

    it('is live, but not ready', async () => {
      await eventually(async () => (await healths('/health/ready')).every((it) => it === 503));
      // A gateway that cannot ask auth forwards nothing.
      const live = source === 'gateway' ? 503 : 200;
      expect(await healths('/health/live')).toEqual([200, live, live]);
    });

    it('recovers without a restart when Redis returns, and requires a new sign-in', async () => {
      restarted = await GuardedRedis.start({ port: system.redis.port });
      await eventually(async () => (await healths('/health/ready')).every((it) => it === 200));
      expect(await system.statuses(token)).toEqual([401, 401, 401]);
      expect(await system.statuses(await system.signIn('alice'))).toEqual([200, 200, 200]);
    });

    // Must be the last test: it stops products.
    it('responds 503 to an order while products is down, and creates none', () =>
      expectNoOrderWithoutProducts(system));
  });
}
