import { randomBytes } from 'node:crypto';
import { call, json, tokenOf } from './support/http';
import { askAs, envoy, traefik } from './support/forward-auth-requests';
import { GatewaySystem } from './support/gateway-system';
import type { Adapter } from './support/system';

/**
 * Sources that the services trust: the cookie, which they look up in Redis, or the gateway's identity. Covers
 * each adapter and each source, because no source depends on the adapter.
 */
const CASES: readonly (readonly [Adapter, 'redis' | 'gateway'])[] = [
  ['express', 'gateway'],
  ['fastify', 'redis'],
];

describe.each(CASES)(
  'the services behind the gateway, on %s, with source %s',
  (adapter, source) => {
    let gateway: GatewaySystem;

    beforeAll(async () => {
      const secret = randomBytes(32).toString('hex');
      const settings = { SESSION_SOURCE: source, SESSION_CALL_SECRET: secret };
      gateway = await GatewaySystem.start(adapter, { settings });
    });
    afterAll(() => gateway.stop());

    it('serve a user from sign-in to sign-out', async () => {
      const body = { username: 'carol', password: 'carol-demo-password' };
      const cookie = tokenOf(await gateway.nginx.call('/auth/login', { body }));
      const doors = ['/auth/session', '/orders', '/products', '/notes'];
      const statuses = () =>
        Promise.all(doors.map(async (door) => (await gateway.nginx.call(door, { cookie })).status));
      expect(await statuses()).toEqual([200, 200, 200, 200]);
      const order = await gateway.nginx.call('/orders', {
        cookie,
        body: { productId: 'tea', quantity: 2 },
      });
      expect(order.status).toBe(201);
      const { id } = json<{ id: string }>(order);
      expect((await gateway.nginx.call(`/orders/${id}`, { cookie })).status).toBe(200);
      expect((await gateway.nginx.call('/auth/logout', { cookie, method: 'POST' })).status).toBe(
        204,
      );
      expect(await statuses()).toEqual([401, 401, 401, 401]);
    });

    it('ask for a re-authentication, name its URL, and accept the new token', async () => {
      const body = { username: 'carol', password: 'carol-demo-password' };
      const before = tokenOf(await gateway.nginx.call('/auth/login', { body }));
      const { password } = body;
      const again = { cookie: before, body: { password } };
      const after = tokenOf(await gateway.nginx.call('/auth/reauthenticate', again));
      const order = { productId: 'tea', quantity: 1 };
      const { id } = json<{ id: string }>(
        await gateway.nginx.call('/orders', { cookie: after, body: order }),
      );
      const remove = (cookie: string) =>
        gateway.nginx.call(`/orders/${id}`, { cookie, method: 'DELETE' });
      const refused = await remove(before);
      expect([refused.status, json(refused)]).toMatchObject([
        403,
        {
          code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
          reauthenticate: '/auth/reauthenticate',
        },
      ]);
      expect((await remove(after)).status).toBe(204);
    });

    it('grant no access to forged identity headers of a client', async () => {
      const forged = {
        'x-session-user': await gateway.system.userId(gateway.cookie('admin') ?? '', 'admin'),
        'x-session-roles': 'admin,orders,products',
        'x-session-identity': 'x.y.z',
        'x-session-call': 'x',
      };
      for (const [cookie, status] of [
        [undefined, 401],
        [gateway.cookie('bob'), 403],
      ] as const) {
        for (const path of ['/orders', '/orders/', '/admin/users', '/admin/services']) {
          const answer = await gateway.nginx.call(path, { cookie, headers: forged });
          const refused = path.endsWith('/') ? [401, 403] : [status];
          expect(refused).toContain(answer.status);
          expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        }
      }
    });

    it('reject an identity that was signed for another service', async () => {
      gateway.notes.takeSeen();
      await gateway.nginx.call('/notes', { cookie: gateway.cookie('alice') });
      const identity = gateway.notes.takeSeen().headers[0]?.['x-session-identity'];
      expect(identity).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      const headers = { 'x-session-identity': identity };
      expect((await call(gateway.system.doorOf('orders'), { headers })).status).toBe(401);
    });

    it('show the access catalogue to administrators only', async () => {
      const statusFor = async (cookie?: string) =>
        (await gateway.nginx.call('/admin/services', { cookie })).status;
      expect(await statusFor()).toBe(401);
      expect(await statusFor(gateway.cookie('carol'))).toBe(403);
      expect(await statusFor(gateway.cookie('admin'))).toBe(200);
    });

    it('serve the pages of the console without a session', async () => {
      for (const path of ['/sessions', '/sessions/account']) {
        const page = await gateway.nginx.call(path);
        expect([path, page.status]).toEqual([path, 200]);
        expect(page.headers['content-security-policy']).toContain("default-src 'none'");
      }
    });

    it('expose neither /auth/verify nor the key set to clients', async () => {
      for (const path of ['/auth/verify', '/auth/verify/orders', '/.well-known/jwks.json']) {
        expect((await gateway.nginx.call(path, { cookie: gateway.cookie('admin') })).status).toBe(
          404,
        );
      }
    });

    async function expectClosed(paths: readonly string[]): Promise<void> {
      for (const path of paths) {
        const { status, headers } = await gateway.nginx.call(path, {
          cookie: gateway.cookie('admin'),
        });
        expect([path, status, headers['retry-after'], headers['set-cookie']]).toEqual([
          path,
          503,
          '1',
          undefined,
        ]);
        expect(headers['content-type']).toBe('application/problem+json');
      }
    }

    it('respond 503 and keep the cookie while auth is down', async () => {
      gateway.system.auth.kill('SIGKILL');
      await gateway.system.auth.exited;
      gateway.notes.takeSeen();
      await expectClosed(['/orders', '/notes', '/notes/public', '/admin/users']);
      expect(gateway.notes.takeSeen().arrivals).toEqual([]);
      await gateway.system.startAgain('auth');
      await gateway.untilKnown();
    });

    it('respond 503 and keep the cookie while Redis is down', async () => {
      await gateway.system.redis.stop();
      gateway.notes.takeSeen();
      await expectClosed(['/orders', '/products', '/notes', '/notes/7']);
      expect(gateway.notes.takeSeen().arrivals).toEqual([]);
    });

    it('respond 503 to Traefik and Envoy as well while Redis is down', async () => {
      for (const asking of [traefik, envoy]) {
        const answer = await askAs(asking, gateway.system.auth.url, {
          method: 'GET',
          target: '/orders',
          service: 'orders',
          headers: [['Cookie', `__Host-sid=${gateway.cookie('alice')}`]],
        });
        expect([asking.name, answer.status, answer.headers['retry-after']]).toEqual([
          asking.name,
          503,
          '1',
        ]);
        expect(Object.keys(answer.headers)).not.toContain('set-cookie');
      }
    });
  },
);
