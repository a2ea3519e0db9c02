import { call, json } from './support/http';
import { ADAPTERS, System } from './support/system';

describe.each(ADAPTERS)('settings, on %s', (adapter) => {
  const forwarded = { 'x-forwarded-for': '203.0.113.7' };

  async function addressSeen(system: System): Promise<string> {
    const login = await call(`${system.auth.url}/auth/login`, {
      headers: forwarded,
      body: { username: 'alice', password: 'alice-demo-password', transport: 'bearer' },
    });
    const { token: bearer } = json<{ token: string }>(login);
    const sessions = await call(`${system.auth.url}/auth/sessions`, { bearer });
    return json<{ ip: string }[]>(sessions)[0]?.ip ?? '';
  }

  async function withSystem(
    settings: NodeJS.ProcessEnv,
    test: (system: System) => Promise<void>,
  ): Promise<void> {
    const system = await System.start(adapter, settings);
    try {
      await test(system);
    } finally {
      await system.stop();
    }
  }

  it('believes X-Forwarded-For of nobody by default', () =>
    withSystem({}, async (system) => {
      expect(await addressSeen(system)).toBe('127.0.0.1');
    }));

  it('believes nothing that is forwarded by who is not in TRUST_PROXY', () =>
    withSystem({ TRUST_PROXY: '192.0.2.0/24' }, async (system) => {
      expect(await addressSeen(system)).toBe('127.0.0.1');
      const login = await system.login('alice', 'alice-demo-password', {
        origin: 'https://evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      });
      expect([login.status, login.headers['set-cookie']]).toEqual([403, undefined]);
    }));

  it('believes it of the proxies in TRUST_PROXY, and uses the cookie name it is given', () =>
    withSystem({ TRUST_PROXY: '1', SESSION_COOKIE_NAME: '__Secure-sid' }, async (system) => {
      expect(await addressSeen(system)).toBe('203.0.113.7');
      const login = await system.login('alice', 'alice-demo-password');
      const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      expect(cookie).toMatch(/^__Secure-sid=[\w-]{43}$/);
      const orders = await call(`${system.orders.url}/orders`, { headers: { cookie } });
      expect(orders.status).toBe(200);
    }));

  it('says where users prove anew who they are, each service as it is told', () =>
    withSystem({ SESSION_REAUTHENTICATE_AT: 'https://id.example/again' }, async (system) => {
      const carol = await system.signIn('carol');
      const body = { password: 'carol-demo-password' };
      await call(`${system.auth.url}/auth/reauthenticate`, { cookie: carol, body });
      for (const url of [`${system.orders.url}/orders/1`, `${system.auth.url}/auth/sessions`]) {
        const answer = await call(url, { method: 'DELETE', cookie: carol });
        expect(json(answer)).toMatchObject({
          code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
          reauthenticate: 'https://id.example/again',
        });
      }
    }));

  it('shows no /docs and seeds no users in production, and logs JSON without secrets', () =>
    withSystem({ NODE_ENV: 'production', DEMO_USERS: '' }, async (system) => {
      expect((await call(`${system.orders.url}/docs`)).status).toBe(404);
      expect((await system.login('alice', 'alice-demo-password')).status).toBe(401);
      for (const line of system.orders.lastLines.split('\n')) {
        expect(JSON.parse(line)).toHaveProperty('level');
      }
    }));
});
