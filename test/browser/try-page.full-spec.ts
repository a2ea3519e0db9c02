import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { call } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import { ADAPTERS, type System, type TestUser } from '../support/system';
import { fetchFrom, launchBrowser, newVisitor, openPage } from './support/browser';

describe.each(ADAPTERS)('the page that shows the feeds, on %s', (adapter) => {
  let browser: Browser;
  let system: System;
  let visitor: BrowserContext;
  let page: Page;
  let user: TestUser;
  /** Messages of the browser about refused content, and errors of scripts. */
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    system = await sharedSystem(adapter);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    visitor = await newVisitor(browser);
    user = await system.createUserLike('carol');
    complaints.length = 0;
  });
  afterEach(() => visitor.close());

  /** Signs in on a page of auth, as with its API page: the cookie then belongs to all ports of the host. */
  const signIn = async () => {
    const own = await openPage(visitor, system.auth.url);
    const { username, password } = user;
    const answer = await fetchFrom(own, '/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    expect(answer?.status).toBe(200);
    return own;
  };
  const openTry = async () => {
    page = await visitor.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/policy|refused to/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(`${system.orders.url}/try`);
  };
  const state = (id: string, text: string | RegExp) =>
    page.locator(`#${id} .state`).filter({ hasText: text }).waitFor();

  it('shows the orders of the user in both feeds, until a sign-out closes them', async () => {
    const own = await signIn();
    await openTry();
    for (const id of ['stream', 'socket']) await state(id, 'Open');

    await page.getByRole('button', { name: 'Order tea' }).click();
    for (const id of ['stream', 'socket']) {
      await page.locator(`#${id} .events li`).filter({ hasText: 'order-created' }).waitFor();
    }
    await page.getByRole('button', { name: 'Delete the last order' }).click();
    for (const id of ['stream', 'socket']) {
      await page.locator(`#${id} .events li`).filter({ hasText: 'order-deleted' }).waitFor();
    }

    expect((await fetchFrom(own, '/auth/logout', { method: 'POST' }))?.status).toBe(204);
    await state('stream', 'Closed with ERR_SESSION_REQUIRED.');
    await state('socket', 'Closed with 4401 ERR_SESSION_REQUIRED. The session has ended.');
    expect(complaints).toEqual([]);
  });

  it('explains a missing session, and connects again after the sign-in', async () => {
    await openTry();
    await state('stream', 'Refused with 401 ERR_SESSION_REQUIRED.');
    await state('socket', 'Refused with 401 ERR_SESSION_REQUIRED.');

    await signIn();
    for (const id of ['stream', 'socket']) {
      await page.locator(`#${id} .connect`).click();
      await state(id, 'Open');
    }
  });

  it('has no accessibility problem, in light and dark', async () => {
    await signIn();
    const axe = createRequire(__filename).resolve('axe-core/axe.min.js');
    const source = await readFile(axe, 'utf8');
    for (const colorScheme of ['light', 'dark'] as const) {
      await openTry();
      await page.emulateMedia({ colorScheme });
      await state('stream', 'Open');
      const problems = await page.evaluate<unknown>(
        `(() => { ${source}; return axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])); })()`,
      );
      expect(problems).toEqual([]);
    }
  });

  it('may load only its own files', async () => {
    const answer = await call(`${system.orders.url}/try`);
    const { 'content-security-policy': policy } = answer.headers;
    expect(policy).toBe(
      "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(answer.text).toContain(`href="${system.auth.url}/docs"`);
    for (const path of ['/try/index.html', '/try/..%2fmain.js', '/try/%2e%2e%2fmain.js']) {
      expect((await call(`${system.orders.url}${path}`)).status).toBe(404);
    }
  });
});
