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

async function statusOf(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<number> {
  const response = await fetch(url + path, { method, headers });
  return response.status;
}

function login(username: string, password: string, cookie = ''): Promise<Response> {
  return fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ username, password }),
  });
}

/** Returns the cookie that a response sets, as a browser sends it back. */
function cookieOf(response: Response): string {
  const [cookie = ''] = response.headers.getSetCookie();
  return cookie.split(';')[0] ?? '';
}

describe('orders', () => {
  it('are listed for signed-in users only', async () => {
    const { headers } = await signInAs(app);
    assert.equal(await statusOf('/orders', headers), 200);
    assert.equal(await statusOf('/orders'), 401);
    assert.equal(await statusOf('/orders/status'), 200);
  });

  it('are created with the role orders:write only', async () => {
    const user = await signInAs(app);
    assert.equal(await statusOf('/orders', user.headers, 'POST'), 403);
    await user.setRoles(['orders:write']);
    assert.equal(await statusOf('/orders', user.headers, 'POST'), 201);
  });
});

describe('a sign-in', () => {
  it('sets a cookie that scripts cannot read and that is sent over HTTPS only', async () => {
    const response = await login('ada', 'ada-demo-password');
    assert.equal(response.status, 204);
    const [cookie = ''] = response.headers.getSetCookie();
    assert.match(cookie, /^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.equal(await statusOf('/orders', { cookie: cookieOf(response) }, 'POST'), 201);
  });

  it('issues a new token and ends the earlier session of the browser', async () => {
    const first = cookieOf(await login('ada', 'ada-demo-password'));
    const second = cookieOf(await login('ada', 'ada-demo-password', first));
    assert.notEqual(second, first);
    assert.equal(await statusOf('/orders', { cookie: first }), 401);
    assert.equal(await statusOf('/orders', { cookie: second }), 200);
  });

  it('is refused alike for a wrong password and an unknown user', async () => {
    const wrong = await login('ada', 'bob-demo-password');
    const unknown = await login('eve', 'bob-demo-password');
    assert.equal(wrong.status, 401);
    assert.deepEqual(await wrong.json(), await unknown.json());
  });

  it('is refused to a form, which a page of another site could send', async () => {
    const body = new URLSearchParams({ username: 'ada', password: 'ada-demo-password' });
    const response = await fetch(`${url}/auth/login`, { method: 'POST', body });
    assert.equal(response.status, 415);
    assert.deepEqual(response.headers.getSetCookie(), []);
  });
});

describe('a sign-out', () => {
  it('ends the session at once and clears the cookie', async () => {
    const { headers } = await signInAs(app);
    const response = await fetch(`${url}/auth/logout`, { method: 'POST', headers });
    assert.equal(response.status, 204);
    assert.match(
      response.headers.getSetCookie().join(),
      /^__Host-sid=; .*Expires=Thu, 01 Jan 1970/,
    );
    assert.equal(await statusOf('/orders', headers), 401);
  });
});
