import { call, json, tokenOf } from '../support/http';
import { SHARED_MAX_PER_USER, sharedSystem } from '../support/shared-systems';
import type { Adapter, Source, System, TestUser } from '../support/system';

interface Listed {
  id: string;
  userAgent: string;
  ip: string;
  current: boolean;
}

export function sessions(adapter: Adapter, source: Source): void {
  describe(`session management, on ${adapter} by ${source}`, () => {
    let system: System;
    let url: string;
    let alice: TestUser;

    beforeAll(async () => {
      system = await sharedSystem(adapter, source);
      url = `${system.auth.url}/auth`;
    });

    beforeEach(async () => {
      alice = await system.createUser();
    });

    const list = async (cookie: string) =>
      json<Listed[]>(await call(`${url}/sessions`, { cookie }));

    it('lists the sessions of a user, with the current session marked', async () => {
      const signInFrom = async (userAgent: string) =>
        tokenOf(await system.login(alice.username, alice.password, { 'user-agent': userAgent }));
      const [phone, laptop] = [await signInFrom('phone'), await signInFrom('laptop')];
      const sessions = await list(phone);
      expect(sessions.map(({ userAgent, current, ip }) => [userAgent, current, ip])).toEqual([
        ['laptop', false, '127.0.0.1'],
        ['phone', true, '127.0.0.1'],
      ]);
      for (const session of sessions) {
        expect(Object.keys(session).sort()).toEqual(
          [
            'id',
            'createdAt',
            'expiresAt',
            'absoluteExpiresAt',
            'lastSeenAt',
            'userAgent',
            'ip',
            'current',
          ].sort(),
        );
      }
      expect(JSON.stringify(sessions)).not.toContain(phone);
      expect(JSON.stringify(sessions)).not.toContain(laptop);
    });

    it.each(['login', 'logout'])('ends every session that a %s request carries', async (what) => {
      const tokens = await Promise.all([1, 2, 3].map(() => system.signIn(alice)));
      const [one = '', other = '', bearer] = tokens;
      const headers = { cookie: `__Host-sid=${one}; __Host-sid=${other}` };
      const { username, password } = alice;
      expect((await call(`${url}/session`, { headers })).status).toBe(400);

      const answer = await call(`${url}/${what}`, {
        bearer,
        headers,
        body: { username, password },
      });

      expect(answer.status).toBe(what === 'login' ? 200 : 204);
      const after = await Promise.all(tokens.map((token) => system.statuses(token)));
      expect(after.flat()).toEqual(after.flat().map(() => 401));
      if (what === 'login') expect((await system.statuses(tokenOf(answer)))[0]).toBe(200);
    });

    it('ends one session of the user on every service', async () => {
      const [phone, laptop] = [await system.signIn(alice), await system.signIn(alice)];
      const other = (await list(laptop)).find(({ current }) => !current);
      const answer = await call(`${url}/sessions/${other?.id ?? ''}`, {
        method: 'DELETE',
        cookie: laptop,
      });
      expect(answer.status).toBe(204);
      expect(await system.statuses(phone)).toEqual([401, 401, 401]);
      expect(await system.statuses(laptop)).toEqual([200, 200, 200]);
    });

    it('ends the current session and clears its cookie', async () => {
      const cookie = await system.signIn(alice);
      const [own] = await list(cookie);
      const answer = await call(`${url}/sessions/${own?.id ?? ''}`, { method: 'DELETE', cookie });
      expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-sid=;/);
      expect(await system.statuses(cookie)).toEqual([401, 401, 401]);
    });

    it('ends all other sessions of the user', async () => {
      const [a, b, c] = [
        await system.signIn(alice),
        await system.signIn(alice),
        await system.signIn(alice),
      ];
      expect((await call(`${url}/sessions`, { method: 'DELETE', cookie: b })).status).toBe(204);
      expect(await system.statuses(a)).toEqual([401, 401, 401]);
      expect(await system.statuses(b)).toEqual([200, 200, 200]);
      expect(await system.statuses(c)).toEqual([401, 401, 401]);
    });

    it("treats another user's session as missing, and does not end it", async () => {
      const [own, bob] = [await system.signIn(alice), await system.signInLike('bob')];
      const [session] = await list(own);
      const foreign = await call(`${url}/sessions/${session?.id ?? ''}`, {
        method: 'DELETE',
        cookie: bob,
      });
      const missing = await call(`${url}/sessions/none`, { method: 'DELETE', cookie: bob });
      expect([foreign.status, missing.status]).toEqual([404, 404]);
      expect(foreign.text).toBe(missing.text);
      expect(await system.statuses(own)).toEqual([200, 200, 200]);
      expect((await list(bob)).length).toBe(1);
    });

    it('ends the oldest sessions when a user has too many', async () => {
      const tokens: string[] = [];
      for (let i = 0; i < SHARED_MAX_PER_USER + 2; i += 1) tokens.push(await system.signIn(alice));
      const alive = await Promise.all(tokens.map(async (it) => (await system.statuses(it))[0]));
      expect(alive).toEqual([401, 401, ...(Array(SHARED_MAX_PER_USER).fill(200) as number[])]);
    });

    describe('changing the password', () => {
      let bob: TestUser;

      beforeEach(async () => {
        bob = await system.createUserLike('bob');
      });

      const second = 'a different password';

      const change = (cookie: string, currentPassword: string, newPassword: string) =>
        call(`${url}/password`, { cookie, body: { currentPassword, newPassword } });

      it('rotates the session and ends all others before the response', async () => {
        const [other, own] = [await system.signIn(bob), await system.signIn(bob)];
        const answer = await change(own, bob.password, second);
        expect(answer.status).toBe(204);
        const rotated = tokenOf(answer);
        expect(await system.statuses(other)).toEqual([401, 401, 401]);
        expect(await system.statuses(own)).toEqual([401, 401, 401]);
        expect(await system.statuses(rotated)).toEqual([200, 403, 200]);
        expect((await system.login(bob.username, bob.password)).status).toBe(401);
        expect((await change(rotated, second, bob.password)).status).toBe(204);
        expect((await system.login(bob.username, bob.password)).status).toBe(200);
      });

      it('changes nothing when the current password is wrong or the new one too short', async () => {
        const cookie = await system.signIn(bob);
        const wrong = await change(cookie, 'not the password', second);
        const short = await change(cookie, bob.password, 'short');
        expect([wrong.status, json(wrong).code]).toEqual([403, 'ERR_PASSWORD_WRONG']);
        expect([short.status, json(short).code]).toEqual([400, 'ERR_PASSWORD_POLICY']);
        expect(await system.statuses(cookie)).toEqual([200, 403, 200]);
        expect((await system.login(bob.username, bob.password)).status).toBe(200);
      });

      it('returns the new token to a bearer client in a header', async () => {
        const login = await call(`${url}/login`, {
          body: { username: bob.username, password: bob.password, transport: 'bearer' },
        });
        const answer = await call(`${url}/password`, {
          bearer: json<{ token: string }>(login).token,
          body: { currentPassword: bob.password, newPassword: bob.password },
        });
        const info = answer.headers['authentication-info'];
        const token = /^token="([\w-]{43})"$/.exec(String(info))?.[1] ?? '';
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect((await call(`${url}/session`, { bearer: token })).status).toBe(200);
      });
    });
  });
}
