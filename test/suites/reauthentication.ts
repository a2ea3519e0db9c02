import { eventually } from '../../tools/testing/eventually';
import { type Answer, call, json, tokenOf } from '../support/http';
import { withRedis } from '../support/redis-dump';
import { sessionKeyOf } from '../support/session-key';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, DemoUser, Source, System, TestUser } from '../support/system';

const CODE = 'ERR_SESSION_REAUTHENTICATION_REQUIRED';

export function reauthentication(adapter: Adapter, source: Source): void {
  describe(`a re-authentication, on ${adapter} with ${source}`, () => {
    let system: System;
    let auth: string;
    let orders: string;
    let alice: TestUser;
    /** Tokens of the session that was rotated first, for the last test. */
    let first: readonly [before: string, after: string];

    beforeAll(async () => {
      system = await sharedSystem(adapter, source);
      auth = system.auth.url;
      orders = system.orders.url;
      first = await rotated();
    });
    beforeEach(async () => {
      alice = await system.createUser();
    });

    function reauthenticate(cookie: string, { password }: TestUser): Promise<Answer> {
      return call(`${auth}/auth/reauthenticate`, { cookie, body: { password } });
    }

    /** Rotates a session of a user, by default a new user. Returns the tokens before and after. */
    async function rotated(user?: TestUser): Promise<[before: string, after: string]> {
      const owner = user ?? (await system.createUser());
      const before = await system.signIn(owner);
      return [before, tokenOf(await reauthenticate(before, owner))];
    }

    const rotatedLike = async (user: DemoUser) => rotated(await system.createUserLike(user));

    it('issues a new token, and keeps serving requests with the old token', async () => {
      const before = await system.signIn(alice);
      const during = Promise.all(Array.from({ length: 5 }, () => system.statuses(before)));
      const answer = await reauthenticate(before, alice);

      expect(answer.status).toBe(204);
      expect(answer.text).toBe('');
      const after = tokenOf(answer);
      expect(after).not.toBe(before);
      expect((await during).flat().every((status) => status === 200)).toBe(true);
      expect(await system.statuses(before)).toEqual([200, 200, 200]);
      expect(await system.statuses(after)).toEqual([200, 200, 200]);
    });

    it('returns the new token to a bearer client in a header', async () => {
      const bearer = await system.signIn(alice);
      const answer = await call(`${auth}/auth/reauthenticate`, {
        bearer,
        body: { password: alice.password },
      });

      expect(answer.status).toBe(204);
      expect(answer.headers['set-cookie']).toBeUndefined();
      const token = /^token="([\w-]{43})"$/.exec(
        String(answer.headers['authentication-info']),
      )?.[1];
      expect((await call(`${auth}/auth/session`, { bearer: token })).status).toBe(200);
    });

    it('returns the new token to a browser in the cookie, also behind HTTP Basic', async () => {
      const cookie = await system.signIn(alice);
      const answer = await call(`${auth}/auth/reauthenticate`, {
        cookie,
        headers: { authorization: 'Basic YW55Ym9keTphbnl0aGluZw==' },
        body: { password: alice.password },
      });

      expect(answer.status).toBe(204);
      expect(answer.headers['authentication-info']).toBeUndefined();
      expect(await system.statuses(tokenOf(answer))).toEqual([200, 200, 200]);
    });

    it('changes nothing with a wrong password, or without a session', async () => {
      const cookie = await system.signIn(alice);
      const url = `${auth}/auth/reauthenticate`;

      const wrong = await call(url, { cookie, body: { password: 'not-the-password-of-alice' } });
      expect(wrong.status).toBe(403);
      expect(json(wrong).code).toBe('ERR_PASSWORD_WRONG');
      expect(wrong.headers['set-cookie']).toBeUndefined();
      expect((await call(url, { body: { password: alice.password } })).status).toBe(401);
      expect((await call(url, { cookie, body: {} })).status).toBe(400);
      expect((await reauthenticate(cookie, alice)).status).toBe(204);
    });

    it('restricts the old token to reading', async () => {
      const carol = await system.createUserLike('carol');
      const [before, after] = await rotated(carol);
      const body = { productId: 'tea', quantity: 1 };
      const order = json(await call(`${orders}/orders`, { cookie: after, body }));
      const { password } = carol;
      const passwords = { currentPassword: password, newPassword: 'another-password-of-carol' };

      const refused = [
        await call(`${auth}/auth/reauthenticate`, { cookie: before, body: { password } }),
        await call(`${auth}/auth/password`, { cookie: before, body: passwords }),
        await call(`${auth}/auth/sessions`, { cookie: before, method: 'DELETE' }),
        await call(`${auth}/auth/sessions/any`, { cookie: before, method: 'DELETE' }),
      ];
      // An identity that the gateway signed a moment before remains valid for a moment, by this source's
      // design.
      if (source !== 'gateway') {
        refused.push(
          await call(`${orders}/orders`, { cookie: before, body }),
          await call(`${orders}/orders/${String(order.id)}`, { cookie: before, method: 'DELETE' }),
        );
      }

      for (const answer of refused) {
        expect([answer.status, json(answer).code]).toEqual([403, CODE]);
      }
      for (const answer of refused)
        expect(json(answer).reauthenticate).toBe('/auth/reauthenticate');
      expect((await call(`${orders}/orders`, { cookie: before })).status).toBe(200);
    });

    it('denies user changes to the old token of an administrator', async () => {
      const [before] = await rotatedLike('admin');
      const users = `${auth}/admin/users`;
      const body = { username: 'nobody-made', password: 'a-password-of-nobody' };

      const refused = [
        await call(users, { cookie: before, body }),
        await call(`${users}/x/roles`, { cookie: before, method: 'PUT', body: { roles: [] } }),
        await call(`${users}/x/disabled`, {
          cookie: before,
          method: 'PUT',
          body: { disabled: true },
        }),
        await call(`${users}/x/sessions`, { cookie: before, method: 'DELETE' }),
      ];

      for (const answer of refused) expect(json(answer).code).toBe(CODE);
      expect((await call(users, { cookie: before })).status).toBe(200);
    });

    it('lets the new token delete an order', async () => {
      const [, cookie] = await rotatedLike('carol');
      const body = { productId: 'tea', quantity: 1 };
      const url = `${orders}/orders`;
      const { id } = json(await call(url, { cookie, body }));
      const remove = (token: string) =>
        call(`${url}/${String(id)}`, { cookie: token, method: 'DELETE' });

      expect((await remove(await system.signIn(alice))).status).toBe(403);
      expect((await remove(cookie)).status).toBe(204);
      expect((await remove(cookie)).status).toBe(404);
    });

    it.each(['old', 'new'])(
      'lets a logout with the %s token revoke both everywhere',
      async (which) => {
        const [before, after] = await rotated();

        expect((await system.logout(which === 'old' ? before : after)).status).toBe(204);

        expect(await system.statuses(before)).toEqual([401, 401, 401]);
        expect(await system.statuses(after)).toEqual([401, 401, 401]);
      },
    );

    it('is required to end sessions more than five minutes after the sign-in', async () => {
      const bob = await system.createUserLike('bob');
      const [other, cookie] = [await system.signIn(bob), await system.signIn(bob)];
      await withRedis(system.redis.url, async (redis) => {
        const record = JSON.parse(String(await redis.get(sessionKeyOf(cookie)))) as object;
        const earlier = JSON.stringify({ ...record, authenticatedAt: Date.now() - 301_000 });
        await redis.set(sessionKeyOf(cookie), earlier, 'KEEPTTL');
      });
      const endOthers = (token: string) =>
        call(`${auth}/auth/sessions`, { method: 'DELETE', cookie: token });

      const refused = await endOthers(cookie);
      expect([refused.status, json(refused)]).toMatchObject([403, { code: CODE, maxAge: 300 }]);
      expect((await call(`${auth}/auth/session`, { cookie: other })).status).toBe(200);

      expect((await endOthers(tokenOf(await reauthenticate(cookie, bob)))).status).toBe(204);
      expect((await call(`${auth}/auth/session`, { cookie: other })).status).toBe(401);
    });

    it('succeeds for one of two concurrent requests, and keeps the old token working', async () => {
      const before = await system.signIn(alice);

      const answers = await Promise.all([
        reauthenticate(before, alice),
        reauthenticate(before, alice),
      ]);

      const [won, lost] = answers.sort((a, b) => a.status - b.status);
      expect(won.status).toBe(204);
      expect([403, 409]).toContain(lost.status);
      expect(lost.headers['set-cookie']).toBeUndefined();
      expect(await system.statuses(before)).toEqual([200, 200, 200]);
      expect(await system.statuses(tokenOf(won))).toEqual([200, 200, 200]);
    });

    it('leaves one session in the list, with the current user agent', async () => {
      const user = await system.createUserLike('bob');
      const bob = await system.signIn(user);
      const answer = await call(`${auth}/auth/reauthenticate`, {
        cookie: bob,
        headers: { 'user-agent': 'Another/2.0' },
        body: { password: user.password },
      });
      const after = tokenOf(answer);

      for (const cookie of [bob, after]) {
        const listed = json<object[]>(await call(`${auth}/auth/sessions`, { cookie }));
        expect(listed).toMatchObject([{ userAgent: 'Another/2.0', current: true }]);
      }
    });

    it('lets a role change and a ban apply to both tokens', async () => {
      const admin = await system.signInLike('admin');
      const bob = await system.createUserLike('bob');
      const { id } = bob;
      const [before, after] = await rotated(bob);
      const put = (what: string, body: object) =>
        call(`${auth}/admin/users/${id}/${what}`, { cookie: admin, method: 'PUT', body });
      const rolesOf = async (cookie: string) =>
        json<{ user: { roles: string[] } }>(await call(`${auth}/auth/session`, { cookie })).user
          .roles;

      expect((await put('roles', { roles: [] })).status).toBe(200);
      expect([await rolesOf(before), await rolesOf(after)]).toEqual([[], []]);

      expect((await put('disabled', { disabled: true })).status).toBe(200);
      expect(await system.statuses(before)).toEqual([401, 401, 401]);
      expect(await system.statuses(after)).toEqual([401, 401, 401]);
    });

    it('invalidates the old token after the grace period', async () => {
      const [before, after] = first;

      await eventually(
        async () => (await system.statuses(before)).every((status) => status === 401),
        25_000,
      );

      expect(await system.statuses(after)).toEqual([200, 200, 200]);
    });
  });
}
