import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { AppModule } from './app.module.js';

const { REDIS_URL } = process.env;

/** Sessions in memory, or in a real Redis where `REDIS_URL` names one. */
const sessions = SessionTestingModule.forRoot(REDIS_URL === undefined ? {} : { redis: REDIS_URL });

let app: INestApplication;
let url: string;

before(async () => {
  const module = await Test.createTestingModule({ imports: [AppModule, sessions] }).compile();
  app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
after(() => app.close());

function login(credentials: object, cookie = ''): Promise<Response> {
  return fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(credentials),
  });
}

/** Signs ada in, and returns the cookie as her browser sends it back. */
async function signIn(cookie = ''): Promise<string> {
  const response = await login({ username: 'ada', password: 'ada-demo-password' }, cookie);
  assert.equal(response.status, 204);
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function statusOf(path: string, cookie: string, method = 'GET'): Promise<number> {
  return (await fetch(url + path, { method, headers: { cookie } })).status;
}

describe('a sign-in with Passport', () => {
  it('creates a session with the roles of the user', async () => {
    const response = await fetch(`${url}/profile`, { headers: { cookie: await signIn() } });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { username: 'ada', roles: ['reports'] });
  });

  it('ends the earlier session of the browser', async () => {
    const first = await signIn();
    const second = await signIn(first);
    assert.equal(await statusOf('/profile', first), 401);
    assert.equal(await statusOf('/profile', second), 200);
  });

  it('is refused with 401 for whatever is not a username and its password', async () => {
    const refused = [
      {},
      { username: 'ada' },
      { username: 'ada', password: 'bob-demo-password' },
      { username: 'eve', password: 'ada-demo-password' },
      { username: { ne: '' }, password: ['ada-demo-password'] },
    ];
    for (const credentials of refused) {
      const response = await login(credentials);
      assert.equal(response.status, 401, JSON.stringify(credentials));
      assert.deepEqual(response.headers.getSetCookie(), []);
    }
  });

  it('is refused to a form, which a page of another site could send', async () => {
    const credentials = new URLSearchParams({ username: 'ada', password: 'ada-demo-password' });
    const query = `${url}/auth/login?${credentials.toString()}`;
    for (const [target, body] of [
      [`${url}/auth/login`, credentials],
      [query, null],
    ] as const) {
      const response = await fetch(target, { method: 'POST', body });
      assert.equal(response.status, 415);
      assert.deepEqual(response.headers.getSetCookie(), []);
    }
  });
});

describe('a sign-out', () => {
  it('ends the session of this browser alone', async () => {
    const here = await signIn();
    const elsewhere = await signIn();
    assert.equal(await statusOf('/auth/logout', here, 'POST'), 204);
    assert.equal(await statusOf('/profile', here), 401);
    assert.equal(await statusOf('/profile', elsewhere), 200);
    assert.equal(await statusOf('/auth/logout', here, 'POST'), 204);
  });

  it('everywhere ends all sessions of the user, and no other', async () => {
    const here = await signIn();
    const elsewhere = await signIn();
    const other = await signInAs(app);
    assert.equal(await statusOf('/auth/sessions', here, 'DELETE'), 204);
    assert.equal(await statusOf('/profile', here), 401);
    assert.equal(await statusOf('/profile', elsewhere), 401);
    assert.equal(await statusOf('/profile', other.headers.cookie ?? ''), 200);
  });
});
