import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SessionManager } from 'nest-sessions/issuer';
import { SessionTestingModule } from 'nest-sessions/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { allowPage, AppModule } from './app.module.js';
import { startPage } from './page-server.js';
import { launchChromium } from './testing/chromium.js';
import { freePort } from './testing/free-port.js';

const { REDIS_URL } = process.env;

/** Sessions in memory, or in a real Redis where `REDIS_URL` names one. */
const sessions = SessionTestingModule.forRoot(REDIS_URL === undefined ? {} : { redis: REDIS_URL });

let api: INestApplication;
let apiUrl: string;
/** The single-page app, and the same page on an origin that the API does not trust. */
let pages: readonly [own: Server, foreign: Server];
let ownOrigin: string;
let foreignOrigin: string;
let browser: Browser;
let visitor: BrowserContext;

before(async () => {
  const [apiPort, ownPort, foreignPort] = [await freePort(), await freePort(), await freePort()];
  apiUrl = `http://localhost:${apiPort.toString()}`;
  ownOrigin = `http://localhost:${ownPort.toString()}`;
  foreignOrigin = `http://localhost:${foreignPort.toString()}`;
  pages = [await startPage(ownPort, apiUrl), await startPage(foreignPort, apiUrl)];
  const module = await Test.createTestingModule({
    imports: [AppModule.forPage(ownOrigin), sessions],
  }).compile();
  api = module.createNestApplication();
  allowPage(api, ownOrigin);
  await api.listen(apiPort, 'localhost');
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await api.close();
  for (const page of pages) {
    page.close();
    page.closeAllConnections();
  }
});
beforeEach(async () => {
  visitor = await browser.newContext();
});
afterEach(() => visitor.close());

async function openPage(origin = ownOrigin): Promise<Page> {
  const page = await visitor.newPage();
  await page.goto(origin);
  return page;
}

async function signIn(page: Page, password = 'ada-demo-password'): Promise<void> {
  await page.getByLabel('Username').fill('ada');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signedIn(): Promise<Page> {
  const page = await openPage();
  await signIn(page);
  await page.getByText('Signed in as ada').waitFor();
  return page;
}

async function addNote(page: Page, text: string): Promise<void> {
  await page.getByLabel('Note').fill(text);
  await page.getByRole('button', { name: 'Add' }).click();
}

describe('a page of the trusted origin', () => {
  it('signs in, reads and writes with a cookie that its scripts cannot read', async () => {
    const page = await signedIn();
    await addNote(page, 'milk');
    await page.getByText('milk').waitFor();
    const [cookie] = await visitor.cookies(apiUrl);
    assert.deepEqual(
      [cookie?.name, cookie?.httpOnly, cookie?.secure, cookie?.sameSite],
      ['__Host-sid', true, true, 'Lax'],
    );
    assert.equal(await page.evaluate('document.cookie'), '');
  });

  it('finds the session again after it is loaded again', async () => {
    const page = await signedIn();
    await page.reload();
    await page.getByText('Signed in as ada').waitFor();
  });

  it('shows why a sign-in is refused', async () => {
    const page = await openPage();
    await signIn(page, 'a wrong password');
    await page.getByText('Username or password is wrong.').waitFor();
    assert.deepEqual(await visitor.cookies(apiUrl), []);
  });

  it('shows the sign-in form when the server has ended the session', async () => {
    const page = await signedIn();
    await api.get(SessionManager, { strict: false }).revokeAll('u-1');
    await addNote(page, 'lost');
    await page.getByText('Sign in: this request needs a valid session.').waitFor();
    await page.getByLabel('Username').waitFor();
    assert.equal(await page.getByText('Signed in as ada').isVisible(), false);
  });

  it('signs out of the server, in all tabs', async () => {
    const page = await signedIn();
    const otherTab = await openPage();
    await otherTab.getByText('Signed in as ada').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    assert.deepEqual(await visitor.cookies(apiUrl), []);
    await addNote(otherTab, 'lost');
    await otherTab.getByLabel('Username').waitFor();
  });
});

describe('a page of another origin of the same site', () => {
  it('cannot read with the cookie', async () => {
    await signedIn();
    const page = await openPage(foreignOrigin);
    await page.getByText('Failed to fetch').waitFor();
    assert.equal(await page.getByText('Signed in as ada').isVisible(), false);
  });

  it('cannot write with the cookie, although the browser sends it', async () => {
    const own = await signedIn();
    const page = await openPage(foreignOrigin);
    const [response] = await Promise.all([
      page.waitForResponse(`${apiUrl}/auth/logout`),
      page.evaluate(
        (url) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }),
        `${apiUrl}/auth/logout`,
      ),
    ]);
    assert.equal(response.status(), 403);
    await own.reload();
    await own.getByText('Signed in as ada').waitFor();
  });
});
