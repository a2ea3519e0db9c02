import { call, json, tokenOf } from '../support/http';
import { ADAPTERS_AND_SOURCES, settingsFor, System } from '../support/system';

interface Listed {
  id: string;
  userAgent: string;
  ip: string;
  current: boolean;
}

describe.each(ADAPTERS_AND_SOURCES)('a user and their sessions, on %s by %s', (adapter, source) => {
  let system: System;
  let url: string;

  beforeAll(async () => {
    system = await System.start(adapter, {
      ...settingsFor(source),
      SESSION_MAX_PER_USER: '4',
    });
    url = `${system.auth.url}/auth`;
  });
  afterAll(() => system.stop());

  beforeEach(async () => {
    for (const username of ['alice', 'bob'] as const) {
      const cookie = await system.signIn(username);
      await call(`${url}/sessions`, { method: 'DELETE', cookie });
      await system.logout(cookie);
    }
  });

  const list = async (cookie: string) => json<Listed[]>(await call(`${url}/sessions`, { cookie }));

  it('lists them, with the one that asks marked', async () => {
    const phone = tokenOf(
      await system.login('alice', 'alice-demo-password', { 'user-agent': 'phone' }),
    );
    const laptop = tokenOf(
      await system.login('alice', 'alice-demo-password', { 'user-agent': 'laptop' }),
    );
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

  it('ends one of them, everywhere', async () => {
    const [phone, laptop] = [await system.signIn('alice'), await system.signIn('alice')];
    const other = (await list(laptop)).find(({ current }) => !current);
    const answer = await call(`${url}/sessions/${other?.id ?? ''}`, {
      method: 'DELETE',
      cookie: laptop,
    });
    expect(answer.status).toBe(204);
    expect(await system.statuses(phone)).toEqual([401, 401, 401]);
    expect(await system.statuses(laptop)).toEqual([200, 200, 200]);
  });

  it('ends the one that asks, and clears its cookie', async () => {
    const cookie = await system.signIn('alice');
    const [own] = await list(cookie);
    const answer = await call(`${url}/sessions/${own?.id ?? ''}`, { method: 'DELETE', cookie });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-sid=;/);
    expect(await system.statuses(cookie)).toEqual([401, 401, 401]);
  });

  it('ends all others', async () => {
    const [a, b, c] = [
      await system.signIn('alice'),
      await system.signIn('alice'),
      await system.signIn('alice'),
    ];
    expect((await call(`${url}/sessions`, { method: 'DELETE', cookie: b })).status).toBe(204);
    expect(await system.statuses(a)).toEqual([401, 401, 401]);
    expect(await system.statuses(b)).toEqual([200, 200, 200]);
    expect(await system.statuses(c)).toEqual([401, 401, 401]);
  });

  it("answers another user's session as one that does not exist, and leaves it", async () => {
    const [alice, bob] = [await system.signIn('alice'), await system.signIn('bob')];
    const [session] = await list(alice);
    const foreign = await call(`${url}/sessions/${session?.id ?? ''}`, {
      method: 'DELETE',
      cookie: bob,
    });
    const missing = await call(`${url}/sessions/none`, { method: 'DELETE', cookie: bob });
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    expect(foreign.text).toBe(missing.text);
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    expect((await list(bob)).length).toBe(1);
  });

  it('lets the oldest go when there are too many', async () => {
    const tokens: string[] = [];
    for (let i = 0; i < 6; i += 1) tokens.push(await system.signIn('alice'));
    const alive = await Promise.all(tokens.map(async (it) => (await system.statuses(it))[0]));
    expect(alive).toEqual([401, 401, 200, 200, 200, 200]);
  });

  describe('changing the password', () => {
    const first = 'bob-demo-password';
    const second = 'a different password';

    const change = (cookie: string, currentPassword: string, newPassword: string) =>
      call(`${url}/password`, { cookie, body: { currentPassword, newPassword } });

    it('gives the session a new token and ends every other one before the answer', async () => {
      const [other, own] = [await system.signIn('bob'), await system.signIn('bob')];
      const answer = await change(own, first, second);
      expect(answer.status).toBe(204);
      const rotated = tokenOf(answer);
      expect(await system.statuses(other)).toEqual([401, 401, 401]);
      expect(await system.statuses(own)).toEqual([401, 401, 401]);
      expect(await system.statuses(rotated)).toEqual([200, 403, 200]);
      expect((await system.login('bob', first)).status).toBe(401);
      expect((await change(rotated, second, first)).status).toBe(204);
      expect((await system.login('bob', first)).status).toBe(200);
    });

    it('changes nothing when the current password is wrong or the new one too short', async () => {
      const cookie = await system.signIn('bob');
      const wrong = await change(cookie, 'not the password', second);
      const short = await change(cookie, first, 'short');
      expect([wrong.status, json(wrong).code]).toEqual([403, 'ERR_PASSWORD_WRONG']);
      expect([short.status, json(short).code]).toEqual([400, 'ERR_PASSWORD_POLICY']);
      expect(await system.statuses(cookie)).toEqual([200, 403, 200]);
      expect((await system.login('bob', first)).status).toBe(200);
    });

    it('hands a bearer client its new token in a header', async () => {
      const login = await call(`${url}/login`, {
        body: { username: 'bob', password: first, transport: 'bearer' },
      });
      const answer = await call(`${url}/password`, {
        bearer: json<{ token: string }>(login).token,
        body: { currentPassword: first, newPassword: first },
      });
      const info = answer.headers['authentication-info'];
      const token = /^token="([\w-]{43})"$/.exec(String(info))?.[1] ?? '';
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect((await call(`${url}/session`, { bearer: token })).status).toBe(200);
    });
  });
});
