import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SessionManager } from 'nest-sessions/issuer';
import { AppModule } from './app.module.js';
import { BETTER_AUTH, type BetterAuth } from './better-auth/better-auth.js';
import { OldSessions } from './better-auth/old-sessions.js';
import { type User, Users } from './better-auth/users.js';
import { RedisRelay } from './testing/redis-relay.js';

let relay: RedisRelay;
let app: INestApplication;
let auth: BetterAuth;
let url: string;
let adaId: string;

before(async () => {
  relay = await RedisRelay.open(process.env.REDIS_URL ?? '');
  process.env.REDIS_URL = relay.url;
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  auth = app.get<BetterAuth>(BETTER_AUTH);
  const ada = await app.get(Users).verify('ada@example.com', 'ada-demo-password');
  adaId = ada?.id ?? '';
});
after(async () => {
  await app.close();
  await relay.cut();
});
beforeEach(() => app.get(SessionManager).revokeAll(adaId));

type Cookie = Readonly<Record<'cookie', string>>;

const NO_COOKIE: Cookie = { cookie: '' };

/** Origin of the pages of better-auth's `baseURL`, which its sign-in requires. */
const PAGE = { origin: 'http://localhost:3000', cookie: '' };

async function statusOf(path: string, headers = NO_COOKIE, method = 'GET'): Promise<number> {
  return (await fetch(url + path, { method, headers: { ...headers } })).status;
}

function post(path: string, body: object, headers = NO_COOKIE): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const upgrade = (headers: Cookie) => post('/auth/upgrade', {}, headers);

const ADA = { email: 'ada@example.com', password: 'ada-demo-password' };

/** Returns the cookies that a response sets, as a browser sends them back. */
function cookiesOf(response: Response): Cookie {
  const cookies = response.headers.getSetCookie().map((it) => it.split(';')[0] ?? '');
  return { cookie: cookies.filter((it) => !it.endsWith('=')).join('; ') };
}

/** Signs a user in on better-auth, as its client library does. */
async function signInOnBetterAuth({ email, password } = ADA): Promise<Cookie> {
  const response = await post('/api/auth/sign-in/email', { email, password }, PAGE);
  assert.equal(response.status, 200);
  return cookiesOf(response);
}

async function update(model: 'user' | 'session', userId: string, values: object): Promise<void> {
  const { adapter } = await auth.$context;
  const where = [{ field: model === 'user' ? 'id' : 'userId', value: userId }];
  await adapter.updateMany({ model, where, update: { ...values } });
}

async function numberOfSessions(): Promise<number> {
  return (await app.get(SessionManager).listByUser(adaId)).length;
}

async function hasOldSession(headers: Cookie): Promise<boolean> {
  const query = { disableCookieCache: true };
  return (await auth.api.getSession({ headers: new Headers({ ...headers }), query })) !== null;
}

describe('a session of better-auth', () => {
  it('is accepted by services as before, with the roles of the user table', async () => {
    const old = await signInOnBetterAuth();
    assert.equal(await statusOf('/orders', old, 'POST'), 201);
    assert.equal(await statusOf('/orders', old, 'DELETE'), 200);
    await update('session', adaId, { createdAt: new Date(Date.now() - 3_600_000) });
    assert.equal(await statusOf('/orders', old, 'DELETE'), 403);
    const bob = { email: 'bob@example.com', password: 'bob-demo-password' };
    assert.equal(await statusOf('/orders', await signInOnBetterAuth(bob), 'POST'), 403);
  });

  it('is refused to a banned user', async () => {
    const old = await signInOnBetterAuth();
    await update('user', adaId, { banned: true });
    try {
      assert.equal(await statusOf('/orders', old), 401);
    } finally {
      await update('user', adaId, { banned: false });
    }
  });

  it('does not replace a session that has ended', async () => {
    const ended = cookiesOf(await post('/auth/login', ADA));
    const old = await signInOnBetterAuth();
    const both = { cookie: `${old.cookie}; ${ended.cookie}` };
    assert.equal(await statusOf('/orders', both), 200);
    await app.get(SessionManager).revokeAll(adaId);
    assert.equal(await statusOf('/orders', both), 401);
  });

  it('does not open a route to a page of another origin', async () => {
    const old = await signInOnBetterAuth();
    const foreign = { origin: 'https://other.example', 'sec-fetch-site': 'same-site' };
    assert.equal(await statusOf('/orders', { ...old, ...foreign }, 'POST'), 403);
    assert.equal(await statusOf('/orders', old, 'POST'), 201);
  });
});

describe('an upgrade', () => {
  it('turns a session of better-auth into a session, with the roles of the user table', async () => {
    const response = await upgrade(await signInOnBetterAuth());
    assert.equal(response.status, 204);
    const cookie = cookiesOf(response);
    assert.match(cookie.cookie, /^__Host-sid=[\w-]{43}$/);
    assert.equal(await statusOf('/orders', cookie, 'POST'), 201);
  });

  it('ends the session of better-auth and clears its cookies', async () => {
    const old = await signInOnBetterAuth();
    const cleared = (await upgrade(old)).headers.getSetCookie().join('\n');
    assert.match(cleared, /better-auth\.session_token=; Max-Age=0/);
    assert.match(cleared, /better-auth\.session_data=; Max-Age=0/);
    assert.equal(await hasOldSession(old), false);
    assert.equal((await upgrade(old)).status, 401);
    assert.equal(await statusOf('/orders', old), 401);
  });

  it('creates one session when two tabs request it at once', async (t) => {
    const old = await signInOnBetterAuth();
    const oldSessions = app.get(OldSessions);
    const find = oldSessions.find.bind(oldSessions);
    // Both requests find the session before one of them ends it.
    let arrived = 0;
    t.mock.method(oldSessions, 'find', async (headers: Headers) => {
      const found = await find(headers);
      arrived += 1;
      while (arrived < 2) await delay(1);
      return found;
    });
    const responses = await Promise.all([upgrade(old), upgrade(old)]);
    assert.deepEqual(responses.map(({ status }) => status).sort(), [204, 409]);
    assert.equal(await numberOfSessions(), 1);
  });

  it('is refused without a session, with a tampered cookie and with an expired session', async () => {
    assert.equal((await upgrade(NO_COOKIE)).status, 401);
    const old = await signInOnBetterAuth();
    const tampered = old.cookie.replace(/=./, (it) => (it === '=a' ? '=b' : '=a'));
    assert.equal((await upgrade({ cookie: tampered })).status, 401);
    await update('session', adaId, { expiresAt: new Date(Date.now() - 1_000) });
    assert.equal((await upgrade(old)).status, 401);
    assert.equal(await numberOfSessions(), 0);
  });

  it('is refused to a banned user', async () => {
    const old = await signInOnBetterAuth();
    await update('user', adaId, { banned: true });
    try {
      assert.equal((await upgrade(old)).status, 401);
      await update('user', adaId, { banned: true, banExpires: new Date(Date.now() - 1_000) });
      assert.equal((await upgrade(old)).status, 204);
    } finally {
      await update('user', adaId, { banned: false, banExpires: null });
    }
  });

  it('ends the new session again when the user loses a role meanwhile', async (t) => {
    const old = await signInOnBetterAuth();
    const users = app.get(Users);
    const isUnchanged = users.isUnchanged.bind(users);
    // The change comes after the session is stored, and before it is confirmed.
    t.mock.method(users, 'isUnchanged', async (user: User) => {
      await update('user', adaId, { role: 'user' });
      return isUnchanged(user);
    });
    try {
      assert.equal((await upgrade(old)).status, 409);
      assert.equal(await numberOfSessions(), 0);
      assert.equal(await hasOldSession(old), true);
    } finally {
      await update('user', adaId, { role: 'admin' });
    }
  });

  it('is refused to an administrator who impersonates a user', async () => {
    const old = await signInOnBetterAuth();
    await update('session', adaId, { impersonatedBy: 'another-user' });
    assert.equal((await upgrade(old)).status, 401);
  });

  it('keeps the time of the sign-in, for routes that require a recent one', async () => {
    const recent = cookiesOf(await upgrade(await signInOnBetterAuth()));
    assert.equal(await statusOf('/orders', recent, 'DELETE'), 200);
    const old = await signInOnBetterAuth();
    await update('session', adaId, { createdAt: new Date(Date.now() - 3_600_000) });
    const earlier = cookiesOf(await upgrade(old));
    assert.equal(await statusOf('/orders', earlier, 'POST'), 201);
    assert.equal(await statusOf('/orders', earlier, 'DELETE'), 403);
  });

  it('is refused to a form, which a page of another site could send', async () => {
    const old = await signInOnBetterAuth();
    const headers = { ...old, 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${url}/auth/upgrade`, { method: 'POST', headers });
    assert.equal(response.status, 415);
  });
});

describe('a sign-in', () => {
  it('verifies the password that better-auth has stored', async () => {
    const response = await post('/auth/login', ADA);
    assert.equal(response.status, 204);
    const cookie = cookiesOf(response);
    assert.equal(await statusOf('/orders', cookie, 'POST'), 201);
    assert.equal(await statusOf('/orders', cookie, 'DELETE'), 200);
    assert.equal((await post('/auth/login', { ...ADA, email: 'Ada@Example.com' })).status, 204);
  });

  it('is refused alike for a wrong password, an unknown user and a user without a password', async () => {
    const { adapter } = await auth.$context;
    const social = { name: 'eve', email: 'eve@example.com', emailVerified: true };
    await adapter.create({ model: 'user', data: social });
    const bodies = await Promise.all(
      ['ada', 'nobody', 'eve'].map(async (name) => {
        const body = { email: `${name}@example.com`, password: 'bob-demo-password' };
        const response = await post('/auth/login', body);
        assert.equal(response.status, 401);
        return response.json();
      }),
    );
    assert.equal(new Set(bodies.map((it) => JSON.stringify(it))).size, 1);
  });

  it('is refused to a banned user', async () => {
    await update('user', adaId, { banned: true });
    try {
      assert.equal((await post('/auth/login', ADA)).status, 401);
    } finally {
      await update('user', adaId, { banned: false });
    }
  });
});

describe('while Redis is away', () => {
  it('answers 503, and keeps the session of better-auth for a later upgrade', async () => {
    const cookie = cookiesOf(await post('/auth/login', ADA));
    const old = await signInOnBetterAuth();
    await relay.cut();
    try {
      assert.equal((await upgrade(old)).status, 503);
      assert.equal(await hasOldSession(old), true);
      assert.equal(await statusOf('/orders', cookie), 503);
      assert.equal(await statusOf('/orders', { cookie: `${old.cookie}; ${cookie.cookie}` }), 503);
    } finally {
      await relay.restore();
    }
    const isAway = async () => (await upgrade(old)).status === 503;
    while (await isAway()) await delay(20);
    assert.equal(await numberOfSessions(), 2);
  });
});
