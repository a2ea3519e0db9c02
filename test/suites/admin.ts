import { randomBytes } from 'node:crypto';
import { call, json } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System, TestUser } from '../support/system';

export function admin(adapter: Adapter): void {
  describe(`administration, on ${adapter}`, () => {
    let system: System;
    let admin: string;
    let users: string;

    beforeAll(async () => {
      system = await sharedSystem(adapter);
      admin = await system.signInLike('admin');
      users = `${system.auth.url}/admin/users`;
    });

    const put = ({ id }: TestUser, what: string, body: object) =>
      call(`${users}/${id}/${what}`, { method: 'PUT', cookie: admin, body });

    it('is available to administrators only', async () => {
      const carol = await system.signInLike('carol');
      const { id } = await system.createUser();
      const calls = [
        { path: '' },
        { path: '', body: { username: 'eve', password: 'a password for eve' } },
        { path: `/${id}/roles`, method: 'PUT', body: { roles: ['admin'] } },
        { path: `/${id}/disabled`, method: 'PUT', body: { disabled: true } },
        { path: `/${id}/sessions` },
        { path: `/${id}/sessions`, method: 'DELETE' },
      ];
      for (const { path, ...rest } of calls) {
        expect((await call(users + path, { ...rest, cookie: carol })).status).toBe(403);
        expect((await call(users + path, rest)).status).toBe(401);
      }
      expect((await system.login('eve', 'a password for eve')).status).toBe(401);
    });

    it('removes a role from a live session before it responds', async () => {
      const user = await system.createUser();
      const alice = await system.signIn(user);
      expect(await system.statuses(alice)).toEqual([200, 200, 200]);
      const changed = await put(user, 'roles', { roles: ['products'] });
      expect(changed.status).toBe(200);
      expect(json(changed)).toMatchObject({ username: user.username, roles: ['products'] });
      expect(await system.statuses(alice)).toEqual([200, 403, 200]);
      await put(user, 'roles', { roles: ['orders', 'products'] });
      expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    });

    it('ends the sessions of a disabled user, and rejects their sign-ins', async () => {
      const bob = await system.createUserLike('bob');
      const [a, b] = [await system.signIn(bob), await system.signIn(bob)];
      expect((await put(bob, 'disabled', { disabled: true })).status).toBe(200);
      expect(await system.statuses(a)).toEqual([401, 401, 401]);
      expect(await system.statuses(b)).toEqual([401, 401, 401]);
      expect((await system.login(bob.username, bob.password)).status).toBe(401);
      await put(bob, 'disabled', { disabled: false });
      expect((await system.login(bob.username, bob.password)).status).toBe(200);
    });

    it('leaves no removed role in a session from a concurrent sign-in', async () => {
      const { id, username, password } = await system.createUserLike('carol');
      for (let round = 0; round < 5; round += 1) {
        const logins = Array.from({ length: 6 }, () => system.login(username, password));
        const roles = { method: 'PUT', cookie: admin, body: { roles: ['products'] } };
        const [changed] = await Promise.all([call(`${users}/${id}/roles`, roles), ...logins]);
        expect(changed.status).toBe(200);
        const sessions = (await Promise.all(logins)).filter(({ status }) => status === 200);
        for (const { headers } of sessions) {
          const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
          const orders = await call(`${system.orders.url}/orders`, { headers: { cookie } });
          expect(orders.status).not.toBe(200);
        }
        const body = { roles: ['orders', 'orders:write', 'products'] };
        await call(`${users}/${id}/roles`, { method: 'PUT', cookie: admin, body });
      }
    });

    it('creates users who can sign in immediately', async () => {
      const username = `dave-${randomBytes(4).toString('hex')}`;
      const body = {
        username: username.replace('d', 'D'),
        password: 'a password for a new user',
        roles: ['products'],
      };
      const created = await call(users, { cookie: admin, body });
      expect(created.status).toBe(201);
      expect(json(created)).toMatchObject({ username, roles: ['products'], disabled: false });
      expect(created.text).not.toContain('$2');
      expect((await system.login(username, body.password)).status).toBe(200);
      const again = await call(users, { cookie: admin, body });
      expect([again.status, json(again).code]).toEqual([409, 'ERR_USERNAME_TAKEN']);
    });

    it.each([
      [{ username: 'x y', password: 'a long enough password' }, 'ERR_USER_INVALID'],
      [{ username: 'erin', password: 'short' }, 'ERR_PASSWORD_POLICY'],
      [
        { username: 'erin', password: 'a long enough password', roles: ['a b'] },
        'ERR_USER_INVALID',
      ],
      [{ username: 'erin', password: 'a long enough password', roles: 'admin' }, 'ERR_BAD_REQUEST'],
      [{ username: 'erin', password: 'a long enough password', isAdmin: true }, 'ERR_BAD_REQUEST'],
      [{ username: ['erin'], password: 'a long enough password' }, 'ERR_BAD_REQUEST'],
      [[], 'ERR_BAD_REQUEST'],
    ])('refuses the new user %j', async (body, code) => {
      const answer = await call(users, { cookie: admin, body });
      expect([answer.status, json(answer).code]).toEqual([400, code]);
    });

    it('pages through the users by name', async () => {
      const page = async (query: string) =>
        json<{ username: string }[]>(await call(`${users}?${query}`, { cookie: admin })).map(
          ({ username }) => username,
        );
      expect(await page('limit=2')).toEqual(['admin', 'alice']);
      // No user of another test has a name between these.
      expect(await page('limit=2&after=alice')).toEqual(['bob', 'carol']);
      expect((await call(`${users}?limit=0`, { cookie: admin })).status).toBe(400);
    });

    it("shows and ends a user's sessions", async () => {
      const user = await system.createUserLike('bob');
      const bob = await system.signIn(user);
      const url = `${users}/${user.id}/sessions`;
      const listed = json<{ current: boolean }[]>(await call(url, { cookie: admin }));
      expect(listed.length).toBeGreaterThan(0);
      expect(listed.some(({ current }) => current)).toBe(false);
      expect((await call(url, { method: 'DELETE', cookie: admin })).status).toBe(204);
      expect(await system.statuses(bob)).toEqual([401, 401, 401]);
      expect(json(await call(url, { cookie: admin }))).toEqual([]);
    });

    it.each(['00000000-0000-4000-8000-000000000000', 'none', '%00'])(
      'answers 404 for the unknown user %s',
      async (id) => {
        const roles = { method: 'PUT', cookie: admin, body: { roles: [] } };
        expect((await call(`${users}/${id}/roles`, roles)).status).toBe(404);
        expect((await call(`${users}/${id}/sessions`, { cookie: admin })).status).toBe(404);
      },
    );
  });
}
