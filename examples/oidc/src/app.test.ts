import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SessionTestingModule } from 'nest-sessions/testing';
import { AppModule } from './app.module.js';
import { OidcSettings } from './oidc/oidc.settings.js';
import { Browser, type Page } from './testing/browser.js';
import { freePort } from './testing/free-port.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type RunningProvider,
  startProvider,
} from './testing/provider.js';

const { REDIS_URL } = process.env;

/** Sessions in memory, or in a real Redis where `REDIS_URL` names one. */
const sessions = SessionTestingModule.forRoot(REDIS_URL === undefined ? {} : { redis: REDIS_URL });

let provider: RunningProvider;
let app: INestApplication;
let url: string;

before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port.toString()}`;
  provider = await startProvider(url, await freePort());
  const settings = new OidcSettings(
    new URL(provider.issuer),
    CLIENT_ID,
    CLIENT_SECRET,
    new URL(url),
  );
  const module = await Test.createTestingModule({ imports: [AppModule, sessions] })
    .overrideProvider(OidcSettings)
    .useValue(settings)
    .compile();
  app = module.createNestApplication();
  await app.listen(port, '127.0.0.1');
});
after(async () => {
  await app.close();
  provider.close();
});

/** Goes through the pages of the provider, and back to the application. */
async function signIn(browser: Browser, login: string): Promise<Page> {
  const loginPage = await browser.open(`${url}/auth/login`);
  assert.ok(loginPage.url.href.startsWith(provider.issuer));
  const consentPage = await browser.submit(loginPage, { login, password: 'any' });
  return browser.submit(consentPage);
}

async function signedIn(login: string): Promise<Browser> {
  const browser = new Browser();
  const home = await signIn(browser, login);
  assert.equal(home.url.href, `${url}/`);
  assert.match(home.text, new RegExp(`Signed in as ${login}\\.`));
  return browser;
}

async function statusOfReports(browser: Browser): Promise<number> {
  return (await browser.open(`${url}/reports`)).status;
}

function sendLogoutToken(token: string): Promise<Response> {
  return fetch(`${url}/auth/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  });
}

describe('a sign-in', () => {
  it('creates a session with the user and roles of the ID token', async () => {
    const browser = await signedIn('ada');
    const page = await browser.open(`${url}/reports`);
    assert.deepEqual(JSON.parse(page.text), { reader: 'ada', reports: [] });
  });

  it('grants no role for a group that the application does not list', async () => {
    assert.equal(await statusOfReports(await signedIn('bob')), 403);
  });

  it('asks the provider with a state, a nonce and a PKCE challenge', async () => {
    const response = await fetch(`${url}/auth/login`, { redirect: 'manual' });
    assert.equal(response.status, 303);
    const { searchParams } = new URL(response.headers.get('location') ?? '');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      assert.match(searchParams.get(name) ?? '', /^[\w-]{43}$/);
    }
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    const [cookie = ''] = response.headers.getSetCookie();
    assert.match(cookie, /^__Host-sign-in=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
  });

  it('ends the earlier session of the browser', async () => {
    const browser = await signedIn('ada');
    const earlier = browser.cookie(url, '__Host-sid') ?? '';
    await browser.open(`${url}/auth/login`);
    assert.notEqual(browser.cookie(url, '__Host-sid'), earlier);
    assert.equal(await statusOfReports(browser), 200);
    const headers = { cookie: `__Host-sid=${earlier}` };
    assert.equal((await fetch(`${url}/reports`, { headers })).status, 401);
  });

  it('is refused to a browser that did not start it', async () => {
    const victim = new Browser();
    for (const attempt of [null, ['another-state', 'nonce', 'verifier'].join('.')]) {
      if (attempt !== null) victim.setCookie(url, '__Host-sign-in', attempt);
      const page = await victim.open(await callbackOf('ada'));
      assert.equal(page.status, 401);
      assert.equal(victim.cookie(url, '__Host-sid'), undefined);
    }
  });

  it('is refused when the user cancels it at the provider', async () => {
    const browser = new Browser();
    const { text, url: at } = await browser.open(`${url}/auth/login`);
    const cancel = /href="([^"]*\/abort)"/.exec(text)?.[1] ?? '';
    const page = await browser.open(new URL(cancel, at));
    assert.equal(page.status, 401);
    assert.match(page.text, /Start again at \/auth\/login/);
  });
});

/** Returns the callback URL of an attacker's own sign-in, which the attacker sends to a victim. */
async function callbackOf(login: string): Promise<URL> {
  const attacker = new Browser();
  const consentPage = await attacker.submit(await attacker.open(`${url}/auth/login`), {
    login,
    password: 'any',
  });
  // Without the cookie of the attempt the callback fails, and leaves its URL.
  attacker.setCookie(url, '__Host-sign-in', 'lost');
  const { url: callback, status } = await attacker.submit(consentPage);
  assert.equal(status, 401);
  return callback;
}

describe('a sign-out', () => {
  it('ends the session here, then the session at the provider, and returns home', async () => {
    const browser = await signedIn('ada');
    const token = browser.cookie(url, '__Host-sid') ?? '';
    const confirmPage = await browser.submit(await browser.open(url));
    assert.equal(confirmPage.url.origin, provider.issuer);
    assert.equal(browser.cookie(url, '__Host-sid'), undefined);
    const headers = { cookie: `__Host-sid=${token}` };
    assert.equal((await fetch(`${url}/reports`, { headers })).status, 401);

    const home = await browser.submit(confirmPage, { logout: 'yes' });
    assert.equal(home.url.href, `${url}/`);
    const loginPage = await browser.open(`${url}/auth/login`);
    assert.match(loginPage.text, /name="login"/);
  });

  it('at the provider ends the session here, and no session of another browser', async () => {
    const browser = await signedIn('ada');
    const elsewhere = await signedIn('ada');
    const confirmPage = await browser.open(`${provider.issuer}/session/end`);
    await browser.submit(confirmPage, { logout: 'yes' });
    assert.notEqual(browser.cookie(url, '__Host-sid'), undefined);
    assert.equal(await statusOfReports(browser), 401);
    assert.equal(await statusOfReports(elsewhere), 200);
  });
});

describe('a logout token', () => {
  it('without a session of the provider ends all sessions of the user, and no other', async () => {
    const ada = [await signedIn('ada'), await signedIn('ada')];
    const bob = await signedIn('bob');
    const response = await sendLogoutToken(await provider.logoutToken({ sub: 'ada' }));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    for (const browser of ada) assert.equal(await statusOfReports(browser), 401);
    assert.equal(await statusOfReports(bob), 403);
  });

  it('is refused with 400 unless it is a logout token for this application', async () => {
    const ada = await signedIn('ada');
    const long = Math.floor(Date.now() / 1000) - 600;
    const refused: Record<string, string> = {
      'no token': 'no token',
      'another issuer': await provider.logoutToken({ sub: 'ada', iss: 'https://evil.test' }),
      'another application': await provider.logoutToken({ sub: 'ada', aud: 'another' }),
      'no user': await provider.logoutToken({}),
      'an ID token': await provider.logoutToken({ sub: 'ada', nonce: 'n', events: {} }),
      'a nonce': await provider.logoutToken({ sub: 'ada', nonce: 'n' }),
      'no event': await provider.logoutToken({ sub: 'ada', events: {} }),
      'an old token': await provider.logoutToken({ sub: 'ada', iat: long }),
      'an expired token': await provider.logoutToken({ sub: 'ada', exp: long }),
      'a changed token': (await provider.logoutToken({ sub: 'ada' })).replace(
        /.{20}$/,
        'A'.repeat(20),
      ),
    };
    for (const [name, token] of Object.entries(refused)) {
      assert.equal((await sendLogoutToken(token)).status, 400, name);
    }
    assert.equal(await statusOfReports(ada), 200);
  });
});
