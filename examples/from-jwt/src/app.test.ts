import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SessionManager } from 'nest-sessions/issuer';
import { AppModule } from './app.module.js';
import { RefreshTokens } from './auth/refresh-tokens.js';
import { type User, Users } from './auth/users.js';
import { ExchangedTokens } from './jwt/exchanged-tokens.js';
import { OldTokens } from './jwt/old-tokens.js';
import { oldJwt } from './testing/old-jwt.js';
import { RedisRelay } from './testing/redis-relay.js';

let relay: RedisRelay;
let app: INestApplication;
let url: string;

async function startApp(): Promise<INestApplication> {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const started = module.createNestApplication();
  await started.listen(0, '127.0.0.1');
  return started;
}

before(async () => {
  relay = await RedisRelay.open(process.env.REDIS_URL ?? '');
  process.env.REDIS_URL = relay.url;
  app = await startApp();
  url = await app.getUrl();
});
after(async () => {
  await app.close();
  await relay.cut();
});
beforeEach(async () => {
  await app.get(SessionManager).revokeAll('u-1');
  const changes = { isBanned: false, roles: ['orders:write'], tokensValidFrom: 0 } as const;
  await app.get(Users).update('u-1', changes);
});

type Headers = Record<string, string>;

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

function call(path: string, headers: Headers = {}, method = 'GET', origin = url) {
  return fetch(origin + path, { method, headers });
}

async function statusOf(path: string, headers?: Headers, method?: string): Promise<number> {
  return (await call(path, headers, method)).status;
}

function post(path: string, body: object, headers: Headers = {}, origin = url): Promise<Response> {
  return fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const exchange = (headers: Headers, body: object = {}) => post('/auth/exchange', body, headers);

/** Returns the cookie that a response sets, as a browser sends it back. */
function cookieOf(response: Response): Headers {
  const cookie = response.headers.getSetCookie().find((it) => it.startsWith('__Host-sid=')) ?? '';
  return { cookie: cookie.split(';')[0] ?? '' };
}

async function numberOfSessions(): Promise<number> {
  return (await app.get(SessionManager).listByUser('u-1')).length;
}

/** A JWT of its own for each test: two JWTs of a user and second are the same text. */
const freshJwt = (username = 'ada') => oldJwt(username, { jwtid: randomUUID() });

/** Adds a refresh token of the old application, and returns the body of its exchange. */
function insertRefreshToken(expiresAt = Date.now() + 60_000): { refreshToken: string } {
  const refreshToken = randomUUID();
  const row = { userId: 'u-1', issuedAt: Date.now() - 1, expiresAt };
  app.get(RefreshTokens).insert(refreshToken, row);
  return { refreshToken };
}

function unsigned(token: string): string {
  const [, payload] = token.split('.');
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${payload}.`;
}

function withRole(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const other = JSON.stringify({ ...claims, roles: ['orders:write', 'admin'] });
  return `${header}.${Buffer.from(other).toString('base64url')}.${signature}`;
}

describe('a JWT', () => {
  it('is accepted by services as before, with the roles in it', async () => {
    const headers = bearer(await freshJwt());
    assert.equal(await statusOf('/orders', headers), 200);
    assert.equal(await statusOf('/orders', headers, 'POST'), 201);
    const withoutRole = bearer(await freshJwt('eve'));
    assert.equal(await statusOf('/orders', withoutRole, 'POST'), 403);
  });

  it('never counts as a recent sign-in', async () => {
    assert.equal(await statusOf('/orders', bearer(await freshJwt()), 'DELETE'), 403);
  });

  it('becomes a session, and is refused by services from then on', async () => {
    const jwt = bearer(await freshJwt());
    const response = await exchange(jwt);
    assert.equal(response.status, 204);
    const cookie = cookieOf(response);
    assert.equal(await statusOf('/orders', cookie, 'POST'), 201);
    assert.equal(await statusOf('/orders', jwt), 401);
  });

  it('becomes a bearer token for a client without cookies', async () => {
    const response = await exchange(bearer(await freshJwt()), { transport: 'bearer' });
    assert.equal(response.status, 200);
    assert.deepEqual(response.headers.getSetCookie(), []);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const { token } = (await response.json()) as { token: string };
    assert.equal(await statusOf('/orders', bearer(token)), 200);
  });

  it('becomes one session when two tabs exchange it at once', async () => {
    const jwt = bearer(await freshJwt());
    const responses = await Promise.all([exchange(jwt), exchange(jwt), exchange(jwt)]);
    assert.deepEqual(responses.map(({ status }) => status).sort(), [204, 409, 409]);
    assert.equal(await numberOfSessions(), 1);
    // The second tab still sends the JWT, with the cookie that both tabs have.
    const cookie = cookieOf(responses.find(({ status }) => status === 204) ?? Response.error());
    assert.equal(await statusOf('/orders', { ...jwt, ...cookie }), 200);
  });

  it('becomes one session, also with another spelling of its signature', async () => {
    const jwt = await freshJwt();
    const other = `${jwt.slice(0, jwt.lastIndexOf('.'))}.another-signature`;
    const exchanged = app.get(ExchangedTokens);
    const claims = await app.get(OldTokens).verify(jwt);
    assert.ok(claims);
    assert.equal(await exchanged.add(jwt, claims), true);
    assert.equal(await exchanged.add(other, claims), false);
    assert.equal(await exchanged.has(other), true);
  });

  it('is refused when it is expired, tampered with, unsigned or of another algorithm', async () => {
    const jwt = await freshJwt();
    const forged = {
      expired: await oldJwt('ada', { expiresIn: '-1s' }),
      tampered: withRole(jwt),
      unsigned: unsigned(jwt),
      'of another secret': await oldJwt('ada', { secret: 'another-secret' }),
      'of another algorithm': await oldJwt('ada', { algorithm: 'HS512' }),
      'not a JWT': 'a.b.c',
    };
    for (const [name, token] of Object.entries(forged)) {
      assert.equal((await exchange(bearer(token))).status, 401, `${name}, exchanged`);
      assert.equal(await statusOf('/orders', bearer(token)), 401, `${name}, in a service`);
    }
    assert.equal(await numberOfSessions(), 0);
  });

  it('is refused from the given date', async () => {
    const { JWT_ACCEPTED_UNTIL } = process.env;
    process.env.JWT_ACCEPTED_UNTIL = '2020-01-01';
    const later = await startApp();
    try {
      const jwt = bearer(await freshJwt());
      const origin = await later.getUrl();
      assert.equal((await call('/orders', jwt, 'GET', origin)).status, 401);
      assert.equal((await post('/auth/exchange', {}, jwt, origin)).status, 401);
    } finally {
      process.env.JWT_ACCEPTED_UNTIL = JWT_ACCEPTED_UNTIL;
      await later.close();
    }
  });

  it('does not come back with the cookie of a session that has ended', async () => {
    const cookie = cookieOf(await exchange(bearer(await freshJwt())));
    await app.get(SessionManager).revokeAll('u-1');
    const other = bearer(await freshJwt());
    assert.equal(await statusOf('/orders', { ...other, ...cookie }), 401);
  });

  it('does not open a route to a page of another origin', async () => {
    const cookie = cookieOf(await exchange(bearer(await freshJwt())));
    const foreign = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' };
    const headers = { ...bearer('a.b.c'), ...cookie, ...foreign };
    assert.equal(await statusOf('/orders', headers, 'POST'), 403);
  });
});

describe('the session of an exchange', () => {
  it('has the roles of the database, not those of the JWT', async () => {
    await app.get(Users).update('u-1', { roles: [] });
    const cookie = cookieOf(await exchange(bearer(await freshJwt())));
    assert.equal(await statusOf('/orders', cookie), 200);
    assert.equal(await statusOf('/orders', cookie, 'POST'), 403);
  });

  it('is refused to a banned user, whose JWT is still valid', async () => {
    const response = await exchange(bearer(await freshJwt('bob')));
    assert.equal(response.status, 401);
    assert.deepEqual(response.headers.getSetCookie(), []);
  });

  it('ends again when the user is banned meanwhile', async (t) => {
    const users = app.get(Users);
    const isUnchanged = users.isUnchanged.bind(users);
    // The ban comes after the session is stored, and before it is confirmed.
    t.mock.method(users, 'isUnchanged', async (user: User) => {
      await users.update('u-1', { isBanned: true });
      return isUnchanged(user);
    });
    assert.equal((await exchange(bearer(await freshJwt()))).status, 409);
    assert.equal(await numberOfSessions(), 0);
  });

  it('is refused to a JWT from before the last change of the password', async () => {
    const jwt = bearer(await freshJwt());
    await app.get(Users).update('u-1', { tokensValidFrom: Date.now() + 1_000 });
    assert.equal((await exchange(jwt)).status, 401);
    assert.equal((await exchange({}, insertRefreshToken())).status, 401);
    assert.equal(await numberOfSessions(), 0);
  });

  it('needs the password before a route that requires a recent sign-in', async () => {
    const cookie = cookieOf(await exchange(bearer(await freshJwt())));
    assert.equal(await statusOf('/orders', cookie, 'DELETE'), 403);
    const login = { username: 'ada', password: 'ada-demo-password' };
    const signedIn = cookieOf(await post('/auth/login', login, cookie));
    assert.equal(await statusOf('/orders', signedIn, 'DELETE'), 200);
  });
});

describe('a refresh token', () => {
  it('becomes a session once, also when two requests bring it at once', async () => {
    const body = insertRefreshToken();
    const responses = await Promise.all([exchange({}, body), exchange({}, body)]);
    assert.ok(responses.some(({ status }) => status === 204));
    assert.equal(await numberOfSessions(), 1);
    assert.equal((await exchange({}, body)).status, 401);
  });

  it('is refused when it is expired or unknown', async () => {
    assert.equal((await exchange({}, insertRefreshToken(Date.now() - 1))).status, 401);
    assert.equal((await exchange({}, { refreshToken: randomUUID() })).status, 401);
  });

  it('is refused to a form, which a page of another site could send', async () => {
    const body = new URLSearchParams(insertRefreshToken());
    const response = await fetch(`${url}/auth/exchange`, { method: 'POST', body });
    assert.equal(response.status, 415);
  });
});

describe('while Redis is away', () => {
  it('answers 503 to sessions, JWTs and exchanges, and keeps the JWT exchangeable', async () => {
    const cookie = cookieOf(await exchange(bearer(await freshJwt())));
    const jwt = bearer(await freshJwt());
    await relay.cut();
    try {
      assert.equal((await exchange(jwt)).status, 503);
      assert.equal(await statusOf('/orders', cookie), 503);
      assert.equal(await statusOf('/orders', jwt), 503);
    } finally {
      await relay.restore();
    }
    while ((await statusOf('/orders', cookie)) === 503) await delay(20);
    assert.equal((await exchange(jwt)).status, 204);
  });
});
