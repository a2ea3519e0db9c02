import type { Browser, BrowserContext, Cookie, Page } from 'playwright-core';
import { Nginx } from '../support/nginx';
import { sharedSystem } from '../support/shared-systems';
import { ADAPTERS, type System } from '../support/system';
import { fetchFrom, launchBrowser, newVisitor, openPage } from './support/browser';

const JSON_POST = { method: 'POST', headers: { 'content-type': 'application/json' } };

/** Origin whose pages may use a session (`ALLOWED_ORIGINS` of the shared systems). */
const FRONT = 'https://app.example.com';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe.each(ADAPTERS)('a browser in front of the services on %s', (adapter) => {
  let system: System;
  let nginx: Nginx;
  let visitor: BrowserContext;
  /** Origins of the app, of another part of its site that may not use a session, and of a foreign site. */
  let app: string;
  let sibling: string;
  let foreign: string;
  let credentials: { username: string; password: string };

  beforeAll(async () => {
    system = await sharedSystem(adapter);
    const { auth, orders, products } = system;
    nginx = await Nginx.start(
      { auth: auth.url, orders: orders.url, products: products.url },
      // All visitors have the same address.
      { edits: [['rate=10r/m', 'rate=100r/s']] },
    );
    app = `https://api.example.com:${nginx.port}`;
    sibling = `https://blog.example.com:${nginx.port}`;
    foreign = `https://evil.test:${nginx.port}`;
    const { username, password } = await system.createUser(['orders', 'orders:write', 'products']);
    credentials = { username, password };
  });
  afterAll(() => nginx.stop());
  beforeEach(async () => {
    visitor = await newVisitor(browser);
  });
  afterEach(() => visitor.close());

  /** Signs in by a script on the app's own page, like a front end. */
  const signIn = async (): Promise<Page> => {
    const page = await openPage(visitor, app);
    const answer = await fetchFrom(page, '/auth/login', {
      ...JSON_POST,
      body: JSON.stringify(credentials),
    });
    expect(answer?.status).toBe(200);
    return page;
  };
  const statusOf = async (page: Page, path: string) => (await fetchFrom(page, path))?.status;
  const sessionCookies = async (): Promise<Cookie[]> => {
    const cookies = await visitor.cookies(app);
    return cookies.filter(({ name }) => name === '__Host-sid');
  };
  const orderIds = async (page: Page) => (await fetchFrom(page, '/orders'))?.text;

  it('stores the cookie out of reach of scripts, for this host only, until it closes', async () => {
    const page = await signIn();
    expect(await sessionCookies()).toMatchObject([
      {
        domain: 'api.example.com',
        path: '/',
        expires: -1,
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
      },
    ]);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await visitor.cookies(sibling)).toEqual([]);
  });

  it('is authorized by every service until it signs out', async () => {
    const page = await signIn();
    const statuses = async () => [
      await statusOf(page, '/auth/session'),
      await statusOf(page, '/orders'),
      await statusOf(page, '/products'),
    ];
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await fetchFrom(page, '/auth/logout', { method: 'POST' }))?.status).toBe(204);
    expect(await sessionCookies()).toEqual([]);
    expect(await statuses()).toEqual([401, 401, 401]);
  });

  it('recovers after another part of the site has filled the cookie header', async () => {
    const page = await signIn();
    const attacker = await openPage(visitor, sibling);
    await attacker.evaluate(
      `for (let i = 0; i < 20; i += 1) document.cookie = 'c' + i + '=' + 'x'.repeat(3000) + '; domain=example.com; path=/; secure'`,
    );
    expect(await statusOf(page, '/orders')).toBe(431);
    expect(await statusOf(page, '/orders')).toBe(401);
    await signIn();
    expect(await statusOf(page, '/orders')).toBe(200);
  });

  it.each([
    ['another part of the site', () => sibling],
    ['a foreign site', () => foreign],
  ])('allows no state change by a page of %s', async (_, origin) => {
    const page = await signIn();
    const orders = await orderIds(page);
    const logged = (await nginx.log()).length;
    const attacker = await openPage(visitor, origin());
    const order = JSON.stringify({ productId: 'tea', quantity: 1 });
    const sent = [
      // Requests without a preflight, like those of a form: the page cannot read the answer.
      ['/orders', { method: 'POST', mode: 'no-cors', body: order }],
      ['/auth/logout', { method: 'POST', mode: 'no-cors' }],
      ['/auth/login', { method: 'POST', mode: 'no-cors', body: JSON.stringify(credentials) }],
      // Requests that the browser precedes with a preflight.
      ['/orders', { ...JSON_POST, body: order }],
      ['/auth/logout', JSON_POST],
      ['/auth/sessions', { method: 'DELETE' }],
    ] as const;
    for (const [path, init] of sent) {
      expect(await fetchFrom(attacker, app + path, { ...init })).toBeNull();
    }
    for (const path of ['/auth/logout', '/orders']) {
      const form = `<form method=post enctype=text/plain action=${app}${path}><input name=productId></form>`;
      const formPage = await openPage(visitor, origin(), form);
      const [answer] = await Promise.all([
        formPage.waitForResponse(app + path),
        formPage.evaluate('document.forms[0].submit()'),
      ]);
      expect([403, 415]).toContain(answer.status());
    }
    expect(await statusOf(page, '/auth/session')).toBe(200);
    expect(await orderIds(page)).toBe(orders);
    // The requests reached the services, which rejected them.
    const requests = (await nginx.log()).slice(logged).match(/"[A-Z]+ \S+ HTTP\/1.1" \d+/g);
    expect(requests).toEqual(
      expect.arrayContaining([
        '"POST /orders HTTP/1.1" 403',
        '"POST /auth/logout HTTP/1.1" 403',
        '"POST /auth/login HTTP/1.1" 403',
      ]),
    );
  });

  it('allows a page of an allowed origin to read and change state', async () => {
    const page = await signIn();
    const front = await openPage(visitor, FRONT);
    const orders = await orderIds(page);
    const order = JSON.stringify({ productId: 'tea', quantity: 1 });
    const placed = await fetchFrom(front, `${app}/orders`, { ...JSON_POST, body: order });
    expect(placed?.status).toBe(201);
    expect((await fetchFrom(front, `${app}/orders`))?.text).not.toBe(orders);
  });

  it('shows the API description without console messages or page errors', async () => {
    const page = await visitor.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${system.auth.url}/docs`);
    await page.getByText('/auth/login').first().waitFor();
    expect(complaints).toEqual([]);
  });

  // The next tests depend on headers that are the same on both adapters: browser-rules.e2e-spec.ts lists
  // them.
  if (adapter === 'fastify') return;

  it('stores no cookie from an unencrypted connection', async () => {
    const plain = system.auth.url.replace('127.0.0.1', 'plain.example.com');
    const page = await openPage(visitor, plain);
    const answer = await fetchFrom(page, '/auth/login', {
      ...JSON_POST,
      body: JSON.stringify(credentials),
    });
    expect(answer?.status).toBe(200);
    expect(await visitor.cookies(plain)).toEqual([]);
    expect(await statusOf(page, '/auth/session')).toBe(401);
  });

  it('prevents another part of the site from replacing the session cookie', async () => {
    const page = await signIn();
    const [before] = await sessionCookies();
    const other = await openPage(visitor, sibling);
    await other.evaluate(
      `for (const it of ['; domain=example.com; path=/; secure', '; domain=api.example.com; path=/orders; secure'])
         document.cookie = '__Host-sid=' + 'A'.repeat(43) + it`,
    );
    expect(await sessionCookies()).toEqual([before]);
    expect(await statusOf(page, '/orders')).toBe(200);
  });

  it.each([
    ['another part of the site', () => sibling],
    ['a foreign site', () => foreign],
  ])('reveals no response to a page of %s', async (_, origin) => {
    await signIn();
    const page = await openPage(visitor, origin());
    for (const path of ['/orders', '/auth/session']) {
      expect(await fetchFrom(page, app + path)).toBeNull();
      expect(await fetchFrom(page, app + path, { mode: 'no-cors' })).toBeNull();
      // A browser runs a script and shows an image of any site, unless the response forbids it.
      expect(
        await page.evaluate(
          `new Promise((done) => {
             const script = document.createElement('script');
             script.onload = () => done('loaded');
             script.onerror = () => done('refused');
             script.src = '${app}${path}';
             document.head.append(script);
           })`,
        ),
      ).toBe('refused');
    }
  });

  it('does not show the app in a frame', async () => {
    await signIn();
    const page = await openPage(visitor, sibling, '<title>A page</title>');
    const refused = page.waitForEvent('requestfailed');
    const [answer] = await Promise.all([
      page.waitForResponse(`${app}/orders`),
      page.evaluate(
        `document.body.append(Object.assign(document.createElement('iframe'), { src: '${app}/orders' }))`,
      ),
    ]);
    // The cookie was sent, as within a site; the browser blocked the response.
    expect(answer.status()).toBe(200);
    expect((await refused).failure()?.errorText).toBe('net::ERR_BLOCKED_BY_RESPONSE');
  });

  it('shows no private page when the visitor navigates back after a sign-out', async () => {
    const page = await signIn();
    await page.goto(`${app}/auth/session`);
    expect(await page.evaluate('document.body.innerText')).toContain(credentials.username);
    const other = await openPage(visitor, app);
    expect((await fetchFrom(other, '/auth/logout', { method: 'POST' }))?.status).toBe(204);
    await page.goto(`${app}/auth/nowhere`);
    const [again] = await Promise.all([page.waitForResponse(`${app}/auth/session`), page.goBack()]);
    expect(again.status()).toBe(401);
    expect(await page.evaluate('document.body.innerText')).not.toContain(credentials.username);
  });
});
