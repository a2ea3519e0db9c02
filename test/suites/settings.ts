import { call, json } from '../support/http';
import { type Adapter, System } from '../support/system';

/** Starts its own systems, at the same time. */
export function settings(adapter: Adapter): void {
  describe(`configured services, on ${adapter}`, () => {
    /** System that trusts another proxy than the one that sends the requests. */
    let distrustful: System;
    /** System with its own value for each setting that does not change the effect of another. */
    let set: System;

    beforeAll(async () => {
      [distrustful, set] = await Promise.all([
        System.start(adapter, { TRUST_PROXY: '192.0.2.0/24' }),
        System.start(adapter, {
          TRUST_PROXY: '1',
          SESSION_COOKIE_NAME: '__Secure-sid',
          SESSION_COOKIE_DOMAIN: 'example.com',
          SESSION_REAUTHENTICATE_AT: 'https://id.example/again',
        }),
      ]);
    });
    afterAll(() => Promise.all([distrustful.stop(), set.stop()]));

    async function addressSeen(system: System): Promise<string> {
      const login = await call(`${system.auth.url}/auth/login`, {
        headers: { 'x-forwarded-for': '203.0.113.7' },
        body: { username: 'alice', password: 'alice-demo-password', transport: 'bearer' },
      });
      const { token: bearer } = json<{ token: string }>(login);
      const sessions = await call(`${system.auth.url}/auth/sessions`, { bearer });
      return json<{ ip: string }[]>(sessions)[0]?.ip ?? '';
    }

    it('ignore forwarded headers from addresses outside TRUST_PROXY', async () => {
      expect(await addressSeen(distrustful)).toBe('127.0.0.1');
      const login = await distrustful.login('alice', 'alice-demo-password', {
        origin: 'https://evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      });
      expect([login.status, login.headers['set-cookie']]).toEqual([403, undefined]);
    });

    it('trust forwarded headers from the proxies in TRUST_PROXY', async () => {
      expect(await addressSeen(set)).toBe('203.0.113.7');
    });

    it('set, read and clear the cookie with the configured name and domain', async () => {
      const login = await set.login('carol', 'carol-demo-password');
      const header = login.headers['set-cookie']?.[0] ?? '';
      const attributes = 'HttpOnly; Secure; SameSite=Lax';
      expect(header).toMatch(
        new RegExp(`^__Secure-sid=[\\w-]{43}; Domain=example.com; Path=/; ${attributes}$`),
      );
      const [cookie] = header.split(';');
      for (const door of set.doors) {
        expect((await call(door, { headers: { cookie } })).status).toBe(200);
      }
      const logout = await call(`${set.auth.url}/auth/logout`, { body: {}, headers: { cookie } });
      expect(logout.headers['set-cookie']).toEqual([
        // Clears the cookie from before the domain was set.
        `__Secure-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${attributes}`,
        `__Secure-sid=; Domain=example.com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${attributes}`,
      ]);
      const gone = await call(`${set.orders.url}/orders`, { headers: { cookie } });
      expect([gone.status, json(gone).code]).toEqual([401, 'ERR_SESSION_REQUIRED']);
    });

    it('return the configured re-authentication URL from each service', async () => {
      const { headers } = await set.login('carol', 'carol-demo-password');
      const [cookie] = headers['set-cookie']?.[0]?.split(';') ?? [];
      const proof = await call(`${set.auth.url}/auth/reauthenticate`, {
        headers: { cookie },
        body: { password: 'carol-demo-password' },
      });
      expect(proof.status).toBe(204);
      for (const url of [`${set.orders.url}/orders/1`, `${set.auth.url}/auth/sessions`]) {
        const answer = await call(url, { method: 'DELETE', headers: { cookie } });
        expect(json(answer)).toMatchObject({
          code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
          reauthenticate: 'https://id.example/again',
        });
      }
    });
  });
}
