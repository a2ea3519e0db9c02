import { json, tokenOf } from './support/http';
import { Nginx } from './support/nginx';
import { ADAPTERS, System } from './support/system';

describe.each(ADAPTERS)('the services behind nginx, on %s', (adapter) => {
  let system: System;
  let nginx: Nginx;

  beforeAll(async () => {
    // As the Compose files have it.
    system = await System.start(adapter, { TRUST_PROXY: '1' });
    const { auth, orders, products } = system;
    nginx = await Nginx.start({ auth: auth.url, orders: orders.url, products: products.url });
  });
  afterAll(async () => {
    await system.stop();
    await nginx.stop();
  });

  const login = (from: string, username = 'carol', headers = {}) =>
    nginx.call('/auth/login', {
      from,
      headers,
      body: { username, password: `${username}-demo-password` },
    });

  it('sign in, let in everywhere, sign out, and keep out everywhere', async () => {
    const answer = await login('127.0.0.21');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-sid=[\w-]{43}; .*\bSecure\b/);
    const cookie = tokenOf(answer);
    const doors = ['/auth/session', '/orders', '/products'];
    const statuses = () =>
      Promise.all(doors.map(async (door) => (await nginx.call(door, { cookie })).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    const order = await nginx.call('/orders', { cookie, body: { productId: 'tea', quantity: 2 } });
    expect(order.status).toBe(201);
    expect((await nginx.call('/auth/logout', { cookie, method: 'POST' })).status).toBe(204);
    expect(await statuses()).toEqual([401, 401, 401]);
  });

  it('know the address of the client, whatever it says', async () => {
    const forged = { 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1' };
    const cookie = tokenOf(await login('127.0.0.22', 'bob', forged));
    const sessions = json<{ ip: string }[]>(await nginx.call('/auth/sessions', { cookie }));
    expect(sessions.map(({ ip }) => ip)).toEqual(['127.0.0.22']);
  });

  it('tell their own origin from a foreign one', async () => {
    expect((await login('127.0.0.23', 'alice', { origin: nginx.origin })).status).toBe(200);
    const foreign = { origin: 'https://evil.example' };
    expect((await login('127.0.0.23', 'alice', foreign)).status).toBe(403);
  });

  it('are not asked for a password more often than ten times at once', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const body = { username: 'alice', password: 'not the password' };
      statuses.push((await nginx.call('/auth/login', { from: '127.0.0.24', body })).status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses).toContain(429);
  });

  it('do not show how they are', async () => {
    for (const path of ['/health/live', '/health/ready', '/docs', '/docs-json']) {
      expect((await nginx.call(path)).status).toBe(404);
    }
  });
});
