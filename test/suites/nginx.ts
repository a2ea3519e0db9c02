import { json, tokenOf } from '../support/http';
import { Nginx } from '../support/nginx';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System, TestUser } from '../support/system';

export function nginx(adapter: Adapter): void {
  describe(`the services behind nginx, on ${adapter}`, () => {
    let system: System;
    let proxy: Nginx;

    beforeAll(async () => {
      // The system trusts one proxy, as in the Compose files.
      system = await sharedSystem(adapter);
      const { auth, orders, products } = system;
      proxy = await Nginx.start({ auth: auth.url, orders: orders.url, products: products.url });
    });
    afterAll(() => proxy.stop());

    const login = (from: string, { username, password }: TestUser, headers = {}) =>
      proxy.call('/auth/login', { from, headers, body: { username, password } });

    it('authorize a user everywhere after a sign-in, and nowhere after a sign-out', async () => {
      const answer = await login('127.0.0.21', await system.createUserLike('carol'));
      expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-sid=[\w-]{43}; .*\bSecure\b/);
      const cookie = tokenOf(answer);
      const doors = ['/auth/session', '/orders', '/products'];
      const statuses = () =>
        Promise.all(doors.map(async (door) => (await proxy.call(door, { cookie })).status));
      expect(await statuses()).toEqual([200, 200, 200]);
      const order = await proxy.call('/orders', {
        cookie,
        body: { productId: 'tea', quantity: 2 },
      });
      expect(order.status).toBe(201);
      expect((await proxy.call('/auth/logout', { cookie, method: 'POST' })).status).toBe(204);
      expect(await statuses()).toEqual([401, 401, 401]);
    });

    it('record the real address of the client, despite forged headers', async () => {
      const forged = { 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1' };
      const cookie = tokenOf(await login('127.0.0.22', await system.createUserLike('bob'), forged));
      const sessions = json<{ ip: string }[]>(await proxy.call('/auth/sessions', { cookie }));
      expect(sessions.map(({ ip }) => ip)).toEqual(['127.0.0.22']);
    });

    it('distinguish their own origin from a foreign one', async () => {
      const alice = await system.createUser();
      expect((await login('127.0.0.23', alice, { origin: proxy.origin })).status).toBe(200);
      const foreign = { origin: 'https://evil.example' };
      expect((await login('127.0.0.23', alice, foreign)).status).toBe(403);
    });

    it('receive at most ten sign-ins in a burst', async () => {
      const { username } = await system.createUser();
      const statuses: number[] = [];
      for (let i = 0; i < 12; i += 1) {
        const body = { username, password: 'not the password' };
        statuses.push((await proxy.call('/auth/login', { from: '127.0.0.24', body })).status);
      }
      expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
      expect(statuses).toContain(429);
    });

    it('expose neither health checks nor API descriptions', async () => {
      for (const path of ['/health/live', '/health/ready', '/docs', '/docs-json']) {
        expect((await proxy.call(path)).status).toBe(404);
      }
    });
  });
}
