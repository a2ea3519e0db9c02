import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it, mock } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { AfterModule } from './after/after.module.js';
import { BeforeModule } from './before/before.module.js';
import { OldRedis } from './before/old-redis.js';
import { BothSessions } from './bridge/both-sessions.js';
import { OldSessionStore } from './bridge/old-session.store.js';
import { Phase1Module } from './bridge/phase-1.module.js';
import { Phase2Module } from './bridge/phase-2.module.js';
import { Browser } from './testing/browser.js';
import { Users } from './users/users.js';

type App = 'before' | 'phase1' | 'phase2' | 'after';

const apps = new Map<App, INestApplication>();
const urls = new Map<App, string>();

let users: Users;
let both: BothSessions;
let old: OldSessionStore;
let redis: OldRedis;
let sessions: SessionManager;

before(async () => {
  const modules = {
    before: BeforeModule,
    phase1: Phase1Module,
    phase2: Phase2Module,
    after: AfterModule,
  };
  for (const [name, module] of Object.entries(modules)) {
    const app = await NestFactory.create(module, { logger: false });
    await app.listen(0, '127.0.0.1');
    apps.set(name as App, app);
    urls.set(name as App, await app.getUrl());
  }
  const bridge = apps.get('phase2') as INestApplication;
  users = bridge.get(Users, { strict: false });
  redis = bridge.get(OldRedis);
  both = bridge.get(BothSessions);
  old = bridge.get(OldSessionStore);
  sessions = bridge.get(SessionManager, { strict: false });
});
after(async () => {
  for (const app of apps.values()) await app.close();
});

beforeEach(async () => {
  await users.change('u-1', { roles: ['reports'], isBanned: false });
  for (const id of ['u-1', 'u-2']) {
    await old.endAllOf(id);
    await sessions.revokeAll(id);
  }
});

/** Opens a browser in which a user has signed in at one of the apps. */
async function signedIn(at: App, username = 'ada', browser = new Browser()): Promise<Browser> {
  const credentials = { username, password: `${username}-demo-password` };
  const response = await browser.send(urlOf(at, '/auth/login'), 'POST', credentials);
  assert.equal(response.status, 204);
  return browser;
}

function urlOf(at: App, path: string): string {
  return (urls.get(at) ?? '') + path;
}

async function status(browser: Browser, at: App, path = '/profile', method = 'GET') {
  return (await browser.send(urlOf(at, path), method)).status;
}

async function profile(browser: Browser, at: App): Promise<unknown> {
  const response = await browser.send(urlOf(at, '/profile'));
  assert.equal(response.status, 200, `${at} answers ${String(response.status)}`);
  return response.json();
}

/** Id of the old session of a browser. */
function sidOf(browser: Browser): string {
  const [, sid = ''] = /^s%3A([^.]+)\./.exec(browser.cookie('connect.sid')) ?? [];
  assert.notEqual(sid, '');
  return sid;
}

describe('during the change', () => {
  it('every service serves a user with an old session, and a user with a Nest session', async () => {
    for (const from of ['before', 'phase1', 'phase2'] as const) {
      for (const at of ['phase1', 'phase2'] as const) {
        const browser = await signedIn(from);
        const { username } = (await profile(browser, at)) as { username: string };
        assert.equal(username, 'ada');
      }
    }
  });

  it('a service of phase 1 leaves an old session as it is', async () => {
    const browser = await signedIn('before');
    await profile(browser, 'phase1');
    assert.equal(browser.cookie('__Host-sid'), '');
    await profile(browser, 'before');
  });

  it('a user stays signed in at every service through all phases', async () => {
    const browser = await signedIn('before');
    await profile(browser, 'phase1');
    await profile(browser, 'phase2');
    await profile(browser, 'phase1');
    await profile(browser, 'after');
    assert.equal(await status(browser, 'before'), 403);
  });
});

describe('an upgrade', () => {
  it('replaces the old session and its cookie by a Nest session and its cookie', async () => {
    const browser = await signedIn('before');
    const sid = sidOf(browser);
    await profile(browser, 'phase2');
    assert.equal(browser.cookie('connect.sid'), '');
    assert.equal((await old.get(sid))?.passport, undefined);
    assert.equal(await redis.client.exists(`sess:${sid}`), 0);
    const [only, ...others] = await sessions.listByUser('u-1');
    assert.equal(only?.session.id, sessionIdOf(browser.cookie('__Host-sid')));
    assert.deepEqual(others, []);
  });

  it('takes the roles from the users, and the theme from the old session', async () => {
    const browser = await signedIn('before');
    await browser.send(urlOf('before', '/profile/theme'), 'PUT', { theme: 'dark' });
    await users.change('u-1', { roles: ['orders'] });
    assert.deepEqual(await profile(browser, 'phase2'), {
      username: 'ada',
      roles: ['orders'],
      theme: 'dark',
    });
  });

  it('does not count as a recent sign-in', async () => {
    const browser = await signedIn('before');
    assert.equal(await status(browser, 'phase2', '/profile', 'DELETE'), 403);
    await signedIn('phase2', 'ada', browser);
    assert.equal(await status(browser, 'phase2', '/profile', 'DELETE'), 204);
  });

  it('of requests at once creates one session, and serves them all', async () => {
    const browser = await signedIn('before');
    const cookie = browser.cookies();
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        fetch(urlOf(at % 5 === 4 ? 'phase1' : 'phase2', '/profile'), { headers: { cookie } }),
      ),
    );
    assert.deepEqual(new Set(responses.map((response) => response.status)), new Set([200]));
    const written = responses.flatMap((response) => response.headers.getSetCookie());
    assert.equal(written.filter((it) => it.startsWith('__Host-sid=')).length, 1);
    assert.equal((await sessions.listByUser('u-1')).length, 1);
  });

  it('leaves the old cookie a minute, and no longer', async () => {
    const browser = await signedIn('before');
    const late = browser.copy();
    await profile(browser, 'phase2');
    await profile(late, 'phase1');
    await profile(late, 'phase2');
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 });
    try {
      assert.equal(await status(late, 'phase1'), 403);
      assert.equal(await status(late, 'phase2'), 401);
      await profile(browser, 'phase2');
    } finally {
      mock.timers.reset();
    }
  });

  it('that stops half-way asks the user to sign in, and leaves no old session', async () => {
    const browser = await signedIn('before');
    const { session } = await sessions.create({ user: { id: 'u-1', username: 'ada' }, roles: [] });
    assert.equal(await old.replace(sidOf(browser), session.id), true);
    await sessions.revoke(session.id);
    assert.equal(await status(browser, 'phase1'), 403);
    assert.equal(await status(browser, 'phase2'), 401);
  });

  it('is refused to a banned user', async () => {
    const browser = await signedIn('before');
    await users.change('u-1', { isBanned: true });
    assert.equal(await status(browser, 'phase1'), 403);
    assert.equal(await status(browser, 'phase2'), 401);
    assert.deepEqual(await sessions.listByUser('u-1'), []);
  });

  it('is refused to a user who is banned meanwhile', async () => {
    const browser = await signedIn('before');
    const find = users.find.bind(users);
    const mocked = mock.method(users, 'find', async (id: string) => {
      const user = await find(id);
      await users.change(id, { isBanned: true });
      return user;
    });
    try {
      assert.equal(await status(browser, 'phase2'), 401);
    } finally {
      mocked.mock.restore();
    }
    assert.deepEqual(await sessions.listByUser('u-1'), []);
  });

  it('is refused without a valid signature', async () => {
    const browser = await signedIn('before');
    browser.set('connect.sid', `s%3A${sidOf(browser)}.forged`);
    assert.equal(await status(browser, 'phase2'), 401);
    assert.equal(browser.cookie('__Host-sid'), '');
  });

  it('does not let a page of another site change anything', async () => {
    const browser = await signedIn('before');
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    for (const path of ['/auth/logout', '/profile/theme']) {
      const method = path === '/auth/logout' ? 'POST' : 'PUT';
      const response = await browser.send(urlOf('phase2', path), method, {}, foreign);
      assert.equal(response.status, 403);
    }
    await profile(browser, 'before');
  });
});

describe('a sign-out', () => {
  it('ends the session of the browser in every service', async () => {
    for (const at of ['phase1', 'phase2'] as const) {
      for (const upgraded of [false, true]) {
        const browser = await signedIn('before');
        if (upgraded) await profile(browser, 'phase2');
        const copy = browser.copy();
        assert.equal(await status(browser, at, '/auth/logout', 'POST'), 204);
        assert.equal(browser.cookies(), '');
        assert.equal(await status(copy, 'phase1'), 403);
        assert.equal(await status(copy, 'phase2'), 401);
      }
    }
  });

  it('with the old cookie ends the session that has replaced it', async () => {
    const browser = await signedIn('before');
    const late = browser.copy();
    await profile(browser, 'phase2');
    assert.equal(await status(late, 'phase2', '/auth/logout', 'POST'), 204);
    assert.equal(await status(browser, 'phase2'), 401);
    assert.equal(await status(browser, 'phase1'), 403);
  });

  it('during upgrades leaves no session, here or everywhere', async () => {
    const ends = [
      (browser: Browser) => status(browser, 'phase2', '/auth/logout', 'POST'),
      (browser: Browser) => status(browser, 'phase1', '/auth/logout', 'POST'),
      () => both.endAllOf('u-1', 'banned'),
    ];
    for (const end of [...ends, ...ends]) {
      const browser = await signedIn('before');
      const copies = Array.from({ length: 4 }, () => browser.copy());
      await Promise.all([...copies.map((copy) => status(copy, 'phase2')), end(browser)]);
      assert.deepEqual(await sessions.listByUser('u-1'), []);
      for (const copy of copies) assert.equal(await status(copy, 'phase1'), 403);
    }
  });

  it('everywhere ends a session that an upgrade creates meanwhile', async () => {
    const browser = await signedIn('before');
    const endAllOf = old.endAllOf.bind(old);
    const mocked = mock.method(old, 'endAllOf', async (userId: string) => {
      await profile(browser, 'phase2');
      await endAllOf(userId);
    });
    try {
      await both.endAllOf('u-1', 'banned');
    } finally {
      mocked.mock.restore();
    }
    assert.equal(await status(browser, 'phase2'), 401);
    assert.deepEqual(await sessions.listByUser('u-1'), []);
  });

  it('is final, also for a request that saves the old session afterwards', async () => {
    const browser = await signedIn('before');
    const sid = sidOf(browser);
    const copy = browser.copy();
    const record = await old.get(sid);
    assert.ok(record);
    await status(browser, 'phase2', '/auth/logout', 'POST');
    await old.set(sid, record);
    assert.equal(await status(copy, 'phase1'), 403);
    assert.equal(await status(copy, 'phase2'), 401);
  });

  it('without a session leaves nothing in Redis', async () => {
    const marks = await redis.client.keys('old-session-ended:*');
    for (const at of ['phase1', 'phase2'] as const) {
      assert.equal(await status(new Browser(), at, '/auth/logout', 'POST'), 204);
    }
    assert.equal((await redis.client.keys('old-session-ended:*')).length, marks.length);
  });

  it('everywhere ends old and Nest sessions of the user, and no other', async () => {
    for (const at of ['phase1', 'phase2'] as const) {
      const here = await signedIn('before');
      const elsewhere = [await signedIn('before'), await signedIn('phase2')];
      const other = await signedIn('before', 'bob');
      assert.equal(await status(here, at, '/auth/sessions', 'DELETE'), 204);
      for (const browser of [here, ...elsewhere]) {
        assert.equal(await status(browser, 'phase1'), 403);
        assert.equal(await status(browser, 'phase2'), 401);
      }
      await profile(other, 'phase1');
    }
  });
});

describe('a sign-in', () => {
  it('ends the sessions of the browser, of either kind', async () => {
    for (const earlier of ['phase1', 'phase2'] as const) {
      for (const at of ['phase1', 'phase2'] as const) {
        const browser = await signedIn(earlier, 'bob');
        const copy = browser.copy();
        await signedIn(at, 'ada', browser);
        for (const service of ['phase1', 'phase2'] as const) {
          const { username } = (await profile(browser, service)) as { username: string };
          assert.equal(username, 'ada', `${earlier}, ${at}, ${service}`);
        }
        assert.equal(await status(copy, 'phase1'), 403);
        assert.equal(await status(copy, 'phase2'), 401);
      }
    }
  });
});

describe('a way back from phase 2 to phase 1', () => {
  it('keeps upgraded users signed in, and creates old sessions again', async () => {
    const upgraded = await signedIn('before');
    await profile(upgraded, 'phase2');
    await profile(upgraded, 'phase1');
    const next = await signedIn('phase1', 'bob');
    await profile(next, 'before');
  });
});

describe('after the change', () => {
  it('the application serves Nest sessions, and no old session', async () => {
    await profile(await signedIn('phase2'), 'after');
    assert.equal(await status(await signedIn('before'), 'after'), 401);
    const browser = await signedIn('after');
    assert.equal(await status(browser, 'after', '/auth/logout', 'POST'), 204);
    assert.equal(await status(browser, 'after'), 401);
  });

  it('the theme of a user is in the Nest session', async () => {
    const browser = await signedIn('after');
    await browser.send(urlOf('after', '/profile/theme'), 'PUT', { theme: 'dark' });
    const { theme } = (await profile(browser, 'after')) as { theme: string };
    assert.equal(theme, 'dark');
  });
});

describe('before the change', () => {
  it('a user signs in and out, and keeps a theme', async () => {
    const browser = await signedIn('before');
    await browser.send(urlOf('before', '/profile/theme'), 'PUT', { theme: 'dark' });
    const { theme } = (await profile(browser, 'before')) as { theme: string };
    assert.equal(theme, 'dark');
    assert.equal(await status(browser, 'before', '/auth/logout', 'POST'), 204);
    assert.equal(await status(browser, 'before'), 403);
  });
});
