import type { INestApplication } from '@nestjs/common';
import { type IssuedSession, SessionManager } from 'nest-sessions/issuer';
import { SessionTestingModule } from 'nest-sessions/testing';
import type { Browser, Page } from 'playwright-core';
import { RedisServer } from '../../tools/redis/redis-server';
import { eventually } from '../../tools/testing/eventually';
import { launchBrowser, newVisitor } from '../browser/support/browser';
import { AppModule } from './console/app.module';
import { recipeApps } from './support/recipe-apps';

describe('an issuing app with the console', () => {
  const start = recipeApps();
  let redis: RedisServer;
  let browser: Browser;
  let app: INestApplication;
  let manager: SessionManager;
  let url: string;

  beforeAll(async () => {
    redis = await RedisServer.start();
    browser = await launchBrowser();
    app = await start([AppModule, SessionTestingModule.forRoot({ redis: redis.url })]);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    manager = app.get(SessionManager, { strict: false });
  });
  // An application does not close while a page follows its events.
  afterEach(() => Promise.all(browser.contexts().map((visitor) => visitor.close())));
  afterAll(async () => {
    await browser.close();
    await redis.stop();
  });

  const signIn = (id: string, roles: string[] = []) =>
    manager.create({
      user: { id, username: id },
      roles,
      ip: '203.0.113.9',
      userAgent: 'curl/8.5.0',
    });

  async function visit(path: string, issued?: IssuedSession): Promise<Page> {
    const visitor = await newVisitor(browser);
    if (issued !== undefined) await addSession(visitor, issued);
    const page = await visitor.newPage();
    await page.goto(`${url}/sessions${path}`);
    return page;
  }

  function addSession(visitor: ReturnType<Page['context']>, { token }: IssuedSession) {
    const cookie = { name: '__Host-sid', value: token, url: url.replace('http:', 'https:') };
    return visitor.addCookies([{ ...cookie, secure: true, httpOnly: true, sameSite: 'Lax' }]);
  }

  it('refers to the page that signs users in, and continues after the sign-in', async () => {
    const page = await visit('');
    const link = page.getByRole('link', { name: 'Go to the sign-in' });
    expect(await link.getAttribute('href')).toBe('/login');

    await addSession(page.context(), await signIn('ada'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
  });

  it('shows users their own sessions, and ends them', async () => {
    const [mine, other] = [await signIn('bob'), await signIn('bob')];
    const page = await visit('/account', mine);
    await page.getByRole('button', { name: 'End all other sessions' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'End all other sessions' }).click();
    await eventually(async () => (await manager.find(other.session.id)) === null);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(await manager.find(mine.session.id)).toBeNull();
  });

  it('shows administrators all sessions, as they begin and end', async () => {
    const page = await visit('/sessions', await signIn('eve', ['admin']));
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('This session').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'carol' });

    const { session } = await signIn('carol');
    await row.filter({ hasText: 'New' }).waitFor();
    await manager.revoke(session.id);
    await row.waitFor({ state: 'detached' });
  });
});
