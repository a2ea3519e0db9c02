import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SessionManager } from 'nest-sessions/issuer';
import { failStore, SessionTestingModule, signInAs } from 'nest-sessions/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { AppModule } from './app.module.js';
import { launchChromium } from './testing/chromium.js';
import { freePort } from './testing/free-port.js';
import { startPages } from './testing/next-server.js';

const { REDIS_URL } = process.env;

/** Sessions in memory, or in a real Redis where `REDIS_URL` names one. */
const sessions = SessionTestingModule.forRoot(REDIS_URL === undefined ? {} : { redis: REDIS_URL });

const ADA = { id: 'u-1', username: 'ada' };
const BOB = { id: 'u-2', username: 'bob' };

let api: INestApplication;
let web: string;
let stopPages: (() => Promise<void>) | undefined;
let browser: Browser;
let visitor: BrowserContext;

before(async () => {
  const [apiPort, webPort] = [await freePort(), await freePort()];
  web = `http://localhost:${webPort.toString()}`;
  const module = await Test.createTestingModule({
    imports: [AppModule.forPages(web), sessions],
  }).compile();
  api = module.createNestApplication();
  await api.listen(apiPort, 'localhost');
  stopPages = await startPages(webPort, `http://localhost:${apiPort.toString()}`);
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await stopPages?.();
  await api.close();
});
beforeEach(async () => {
  visitor = await browser.newContext();
});
afterEach(() => visitor.close());

/** Requests the page of orders without a browser, so that only the server renders it. */
function ordersPage(headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${web}/orders`, { headers, redirect: 'manual' });
}

async function signIn(password = 'ada-demo-password'): Promise<Page> {
  const page = await visitor.newPage();
  await page.goto(web);
  await page.getByLabel('Username').fill('ada');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page;
}

async function signedIn(): Promise<Page> {
  const page = await signIn();
  await page.getByText('A kilo of apples').waitFor();
  return page;
}

async function cookieOfVisitor() {
  const [cookie] = await visitor.cookies(web);
  assert.ok(cookie);
  return cookie;
}

describe('a page that the server renders', () => {
  it('sends visitors without a session to the sign-in page', async () => {
    const response = await ordersPage();
    assert.equal(response.status, 307);
    assert.equal(response.headers.get('location'), '/sign-in');
  });

  it('shows each user their own orders, and is never stored', async () => {
    const [ada, bob] = [await signInAs(api, { user: ADA }), await signInAs(api, { user: BOB })];
    for (const [{ headers }, own, other] of [
      [ada, 'apples', 'beans'],
      [bob, 'beans', 'apples'],
      [ada, 'apples', 'beans'],
    ] as const) {
      const response = await ordersPage(headers);
      const html = await response.text();
      assert.deepEqual([html.includes(own), html.includes(other)], [true, false]);
      assert.match(response.headers.get('cache-control') ?? '', /no-store/);
    }
    assert.equal((await ordersPage()).status, 307);
  });

  it('does not contain the token', async () => {
    const { headers } = await signInAs(api, { user: ADA });
    const [, token = ''] = headers.cookie?.split('=') ?? [];
    assert.ok(token.length > 20);
    const html = await (await ordersPage(headers)).text();
    assert.ok(!html.includes(token));
  });

  it('lets the API compare the browser with the browser that signed in', async () => {
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const { headers } = await signInAs(api, { user: ADA, userAgent });
    assert.equal((await ordersPage({ ...headers, 'user-agent': userAgent })).status, 200);
    const stolen = await ordersPage({ ...headers, 'user-agent': 'curl/8.0.0' });
    assert.equal(stolen.headers.get('location'), '/sign-in');
  });
});

describe('a browser', () => {
  it('signs in, with a cookie that its scripts cannot read', async () => {
    const page = await signedIn();
    const { name, httpOnly, secure, sameSite } = await cookieOfVisitor();
    assert.deepEqual([name, httpOnly, secure, sameSite], ['__Host-sid', true, true, 'Lax']);
    assert.equal(await page.evaluate('document.cookie'), '');
  });

  it('shows why a sign-in is refused', async () => {
    const page = await signIn('a wrong password');
    await page.getByText('Username or password is wrong.').waitFor();
    assert.deepEqual(await visitor.cookies(web), []);
  });

  it('gets the new cookie of a rotated session', async () => {
    const page = await signedIn();
    const { value: first } = await cookieOfVisitor();
    const status = await page.evaluate(async () => {
      const response = await fetch('/api/auth/reauthenticate', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ password: 'ada-demo-password' }),
      });
      return response.status;
    });
    assert.equal(status, 204);
    assert.notEqual((await cookieOfVisitor()).value, first);
    await page.reload();
    await page.getByText('A kilo of apples').waitFor();
  });

  it('is sent to the sign-in page when the server has ended the session', async () => {
    const page = await signedIn();
    await api.get(SessionManager, { strict: false }).revokeAll(ADA.id);
    await page.reload();
    await page.getByLabel('Username').waitFor();
  });

  it('shows that a sign-out has failed, and stays signed in', async () => {
    const page = await signedIn();
    const restore = failStore(api);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Try again').waitFor();
    restore();
    await page.reload();
    await page.getByText('A kilo of apples').waitFor();
  });

  it('signs out, and finds no page of before', async () => {
    const page = await signedIn();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Username').waitFor();
    assert.deepEqual(await visitor.cookies(web), []);
    await page.goto(`${web}/orders`);
    await page.getByLabel('Username').waitFor();
  });
});

describe('a page of another origin', () => {
  it('cannot change state through the pages', async () => {
    const { headers } = await signInAs(api, { user: ADA });
    const signOutFrom = (origin: string) =>
      fetch(`${web}/api/auth/logout`, {
        method: 'POST',
        headers: { ...headers, origin, 'content-type': 'application/json' },
      });
    assert.equal((await signOutFrom('https://evil.example')).status, 403);
    assert.equal((await ordersPage(headers)).status, 200);
    assert.equal((await signOutFrom(web)).status, 204);
    assert.equal((await ordersPage(headers)).status, 307);
  });
});
