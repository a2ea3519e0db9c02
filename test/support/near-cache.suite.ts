import { eventually } from '../../tools/testing/eventually';
import type { GuardedRedis } from './guarded-redis';
import { call, json, tokenOf } from './http';
import {
  grantNearCache,
  NEAR_CACHE_RIGHTS,
  RESOURCE_SERVICES,
  revokeNearCache,
} from './near-cache-rights';
import {
  grantedRedis,
  NEAR_CACHE,
  readsOf,
  statuses,
  statusOf,
  untilBoth,
  untilServedFromMemory,
} from './near-cached-system';
import { type Adapter, type DemoUser, System } from './system';

/** Tests the near-cache with services on one adapter. */
export function nearCacheSuite(adapter: Adapter): void {
  let system: System;

  beforeAll(async () => {
    system = await System.start(adapter, NEAR_CACHE);
  });
  afterAll(() => system.stop());

  describe('with the Redis users as shipped', () => {
    let token: string;

    beforeAll(async () => {
      token = await system.signIn('alice');
    });

    it('is off: every request reads Redis, and nothing else differs', async () => {
      expect(await statuses(system, token)).toEqual([200, 200]);
      const before = await readsOf(system.redis.url);
      for (let i = 0; i < 5; i += 1) expect(await statuses(system, token)).toEqual([200, 200]);
      expect(await readsOf(system.redis.url)).toBe(before + 10);
      const other = await system.signIn('alice');
      expect(await statuses(system, other)).toEqual([200, 200]);
      expect((await system.logout(other)).status).toBe(204);
      expect(await statuses(system, other)).toEqual([401, 401]);
    });

    it('logs that it is off, and which permissions to grant', async () => {
      const advice = `Give the service's Redis user ${NEAR_CACHE_RIGHTS.join(' ')}`;
      await eventually(
        () =>
          system.output.filter((line) => line.includes(advice)).length === RESOURCE_SERVICES.length,
      );
    });

    it('turns on as soon as the permissions are granted, without a restart', async () => {
      await grantNearCache(system.redis.url);
      await untilServedFromMemory(system, token);
      expect((await system.logout(token)).status).toBe(204);
      await untilBoth(system, token, 401);
    });
  });

  describe('with the permissions that it needs', () => {
    beforeAll(() => grantNearCache(system.redis.url));

    const redeem = (cookie: string, code = 'SPRING') =>
      call(`${system.orders.url}/orders/coupon`, { cookie, body: { code } });

    it('authorizes each session by its own roles without reading Redis', async () => {
      const [alice, bob] = [await system.signIn('alice'), await system.signIn('bob')];
      await untilServedFromMemory(system, alice);
      expect(await statuses(system, bob)).toEqual([403, 200]);
      expect(await statuses(system, bob)).toEqual([403, 200]);
      expect(await statuses(system, 'x'.repeat(43))).toEqual([401, 401]);
    });

    it('drops a session after a sign-out', async () => {
      const [alice, other] = [await system.signIn('alice'), await system.signIn('alice')];
      await untilServedFromMemory(system, alice);
      expect((await system.logout(alice)).status).toBe(204);
      await untilBoth(system, alice, 401);
      await untilServedFromMemory(system, other);
    });

    it('drops a token after its rotation', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      const password = 'alice-demo-password';
      const changed = await call(`${system.auth.url}/auth/password`, {
        cookie: alice,
        body: { currentPassword: password, newPassword: password },
      });
      expect(changed.status).toBe(204);
      await untilBoth(system, alice, 401);
      await untilServedFromMemory(system, tokenOf(changed));
    });

    it('applies removed and added roles', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      await put(system, 'alice', 'roles', { roles: ['products'] });
      await eventually(async () => (await statusOf(system, 'orders', alice)) === 403);
      expect(await statusOf(system, 'products', alice)).toBe(200);
      await put(system, 'alice', 'roles', { roles: ['orders', 'products'] });
      await untilServedFromMemory(system, alice);
    });

    it('drops the session of a banned user', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      await put(system, 'alice', 'disabled', { disabled: true });
      await untilBoth(system, alice, 401);
      await put(system, 'alice', 'disabled', { disabled: false });
    });

    it('reads Redis for a state change, so that revocations apply at once', async () => {
      const carol = await system.signIn('carol');
      await untilServedFromMemory(system, carol);
      const { orders, products } = system;
      const changes = [
        {
          url: `${orders.url}/orders`,
          body: { productId: 'tea', quantity: 1 },
          status: 201,
          reads: 1,
        },
        // Adding an attribute reads the session once more, to check that it is unchanged.
        { url: `${orders.url}/orders/coupon`, body: { code: 'SPRING' }, status: 204, reads: 2 },
        {
          url: `${products.url}/products`,
          body: { name: 'Tea pot', price: 3450 },
          status: 403,
          reads: 1,
        },
      ];
      for (const { url, body, status, reads } of changes) {
        const before = await readsOf(system.redis.url);
        expect((await call(url, { cookie: carol, body })).status).toBe(status);
        expect(await readsOf(system.redis.url)).toBe(before + reads);
      }
      await put(system, 'carol', 'roles', { roles: [] });
      for (const { url, body } of changes) {
        expect((await call(url, { cookie: carol, body })).status).toBe(403);
      }
      expect((await system.logout(carol)).status).toBe(204);
      for (const { url, body } of changes) {
        expect((await call(url, { cookie: carol, body })).status).toBe(401);
      }
    });

    it('lets a service add an attribute to a session, and another service read it', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      expect((await redeem(alice)).status).toBe(204);
      expect((await redeem(alice, 'WELCOME')).status).toBe(409);
      const offers = await call(`${system.products.url}/products/offers`, { cookie: alice });
      expect(json<object[]>(offers)).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 801 }),
      );
      await untilServedFromMemory(system, alice);
    });

    it('reads Redis again when its permissions are removed, and nothing else differs', async () => {
      const alice = await system.signIn('alice');
      await untilServedFromMemory(system, alice);
      await revokeNearCache(system.redis.url);
      await eventually(async () => {
        const before = await readsOf(system.redis.url);
        expect(await statuses(system, alice)).toEqual([200, 200]);
        return (await readsOf(system.redis.url)) === before + 2;
      });
      expect((await system.logout(alice)).status).toBe(204);
      expect(await statuses(system, alice)).toEqual([401, 401]);
      await grantNearCache(system.redis.url);
    });
  });

  describe('without Redis', () => {
    let token: string;
    let restarted: GuardedRedis | undefined;

    beforeAll(async () => {
      token = await system.signIn('alice');
      await untilServedFromMemory(system, token);
    });
    afterAll(async () => {
      system.redis.kill('SIGCONT');
      await restarted?.stop();
    });

    it('soon responds 503 when Redis freezes, and keeps doing so', async () => {
      system.redis.kill('SIGSTOP');
      await untilBoth(system, token, 503);
      for (let i = 0; i < 5; i += 1) expect(await statuses(system, token)).toEqual([503, 503]);
      system.redis.kill('SIGCONT');
      await untilServedFromMemory(system, token);
    });

    it('soon responds 503 when Redis has stopped, and keeps doing so', async () => {
      await system.redis.stop();
      await untilBoth(system, token, 503);
      for (let i = 0; i < 5; i += 1) expect(await statuses(system, token)).toEqual([503, 503]);
    });

    it('rejects the old sessions when Redis returns without them', async () => {
      restarted = await grantedRedis({ port: system.redis.port });
      await untilBoth(system, token, 401);
      let again = '';
      await eventually(async () => {
        const login = await system.login('alice', 'alice-demo-password');
        again = /__Host-sid=([\w-]{43})/.exec(login.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
        return again !== '';
      });
      await untilServedFromMemory(system, again, restarted.url);
      expect((await system.logout(again)).status).toBe(204);
      await untilBoth(system, again, 401);
    });
  });
}

async function put(system: System, username: DemoUser, what: string, body: object) {
  const admin = await system.signIn('admin');
  const id = await system.userId(admin, username);
  const url = `${system.auth.url}/admin/users/${id}/${what}`;
  expect((await call(url, { method: 'PUT', cookie: admin, body })).status).toBe(200);
}
