import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { launchBrowser, newVisitor } from '../browser/support/browser';
import { eachRow } from '../../tools/testing/each-row';
import { eventually } from '../../tools/testing/eventually';

export interface ConsoleUser {
  readonly username: string;
  readonly password: string;
}

/** A server with the console, for the tests of its pages. */
export interface ConsoleSite {
  /** Address of the console, with a slash at its end. */
  readonly url: string;
  readonly admin: ConsoleUser;
  /** Returns a user without sessions. */
  readonly createUser: (roles: readonly string[]) => Promise<ConsoleUser>;
  /** Takes the session store away, or gives it back. */
  readonly setOutage: (isOut: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

const ADMIN_PAGES = ['overview', 'sessions', 'ended', 'users', 'services', 'health', 'account'];

/** Screens on which the pages must work: a desktop, a dark one, a phone, and 200 % zoom. */
const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 } },
  zoomed: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
} as const;

/** Describes every page of the console and every action on them, in a real browser. */
export function describeConsole(name: string, start: () => Promise<ConsoleSite>): void {
  describe(`the console on ${name}`, () => {
    let browser: Browser;
    let site: ConsoleSite;
    let axe: string;
    let visitors: BrowserContext[] = [];
    /** Content that the policy of the page refuses, and errors of scripts. */
    let complaints: string[] = [];

    beforeAll(async () => {
      site = await start();
      browser = await launchBrowser();
      const file = createRequire(__filename).resolve('axe-core/axe.min.js');
      axe = await readFile(file, 'utf8');
    });
    afterAll(async () => {
      await browser.close();
      await site.close();
    });
    beforeEach(() => {
      visitors = [];
      complaints = [];
    });
    afterEach(async () => {
      await Promise.all(visitors.map((visitor) => visitor.close()));
      expect(complaints).toEqual([]);
    });

    const newPage = async (visitor?: BrowserContext): Promise<Page> => {
      const context = visitor ?? (await newVisitor(browser));
      if (visitor === undefined) visitors.push(context);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (/policy|refused to/i.test(message.text())) complaints.push(message.text());
      });
      return page;
    };
    const enter = async (page: Page, { username, password }: ConsoleUser) => {
      await page.getByLabel('Username').fill(username);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    const signedIn = async (user: ConsoleUser, path = ''): Promise<Page> => {
      const page = await newPage();
      await page.goto(site.url + path);
      await enter(page, user);
      await page.locator('.sidebar').waitFor();
      // A pointer over a list holds it.
      await page.mouse.move(1, 1);
      return page;
    };
    const hasFocus = async (element: Locator) =>
      (await element.and(element.page().locator(':focus')).count()) === 1;
    const heading = (page: Page, text: string) =>
      page.getByRole('heading', { level: 1, name: text, exact: true });
    const signInHeading = (page: Page) => heading(page, 'Sign in');
    /** Confirms a dialog, and the password when the server asks for it. */
    const confirm = async (page: Page, action: string | RegExp, { password }: ConsoleUser) => {
      const dialog = page.getByRole('alertdialog');
      await dialog.getByRole('button', { name: action }).click();
      const question = page.getByRole('dialog', { name: 'Confirm your password' });
      await eventually(
        async () =>
          (await question.isVisible()) ||
          !(await dialog.isVisible()) ||
          signInHeading(page).isVisible(),
      );
      if (!(await question.isVisible())) return;
      await question.getByLabel('Password').fill(password);
      await question.getByRole('button', { name: 'Confirm' }).click();
      await question.waitFor({ state: 'detached' });
    };
    const problemsOf = (page: Page) =>
      page.evaluate<unknown[]>(
        `(() => { ${axe}; return axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])); })()`,
      );

    it('signs in, and continues at the page that was asked for', async () => {
      const page = await newPage();
      await page.goto(`${site.url}health`);
      await signInHeading(page).waitFor();
      expect(await hasFocus(page.getByLabel('Username'))).toBe(true);
      await enter(page, { username: site.admin.username, password: 'wrong' });
      await page.getByText('Username or password is wrong').waitFor();

      await enter(page, site.admin);
      await heading(page, 'Health').waitFor();
      expect(page.url()).toBe(`${site.url}health`);
      await eventually(() => hasFocus(heading(page, 'Health')));
      expect(await page.title()).toMatch(/^Health · /);
    });

    it('signs out in all tabs of the browser, and returns to their places', async () => {
      const page = await signedIn(site.admin, 'services');
      const other = await newPage(page.context());
      await other.goto(`${site.url}users`);
      await heading(other, 'Users').waitFor();

      await page.getByRole('button', { name: 'Sign out' }).click();
      await signInHeading(page).waitFor();
      await signInHeading(other).waitFor();

      await enter(page, site.admin);
      await heading(page, 'Services').waitFor();
      await heading(other, 'Users').waitFor();
    });

    it('lists the own sessions, marks this one, and ends another', async () => {
      const user = await site.createUser(['orders']);
      const other = await signedIn(user);
      const page = await signedIn(user);
      const sessions = page.locator('.own-session');
      await eventually(async () => (await sessions.count()) === 2);
      expect(await sessions.filter({ hasText: 'This session' }).count()).toBe(1);
      expect(await page.getByRole('navigation').getByRole('link').count()).toBe(1);

      const end = page.locator('.own-session:not(.current)').getByRole('button', { name: /^End/ });
      await end.click();
      await confirm(page, 'End session', user);
      await eventually(async () => (await sessions.count()) === 1);
      await other.reload();
      await signInHeading(other).waitFor();
    });

    it('ends all other sessions, and shows the end in the other browser', async () => {
      const user = await site.createUser([]);
      const other = await signedIn(user);
      const page = await signedIn(user);
      await page.getByRole('button', { name: 'End all other sessions' }).click();
      await confirm(page, 'End all other sessions', user);
      await page.getByText('All other sessions have ended.').waitFor();

      await other.evaluate(`dispatchEvent(new Event('focus'))`);
      await other.getByText('Your session has ended.').waitFor();
    });

    it('changes the password, and explains what is wrong with it', async () => {
      const user = await site.createUser([]);
      const page = await signedIn(user);
      const trigger = page.getByRole('button', { name: 'Change password' });
      await trigger.click();
      const dialog = page.getByRole('dialog');
      const fill = async (current: string, next: string, repeated = next) => {
        await dialog.getByLabel('Current password').fill(current);
        await dialog.getByLabel('New password', { exact: true }).fill(next);
        await dialog.getByLabel('New password, again').fill(repeated);
        await dialog.getByRole('button', { name: 'Change password' }).click();
      };
      const next = 'violet lanterns over the harbour';
      await fill(user.password, next, 'another');
      await dialog.getByText('The two passwords differ.').waitFor();
      await fill('wrong', next);
      await dialog.getByText('The current password is wrong.').waitFor();
      await fill(user.password, 'short');
      await dialog.getByText(/15 characters/).waitFor();
      await fill(user.password, next);
      await page.getByText('Password changed.').waitFor();
      await dialog.waitFor({ state: 'detached' });
      await eventually(() => hasFocus(trigger));
    });

    it('shows sessions as they begin and end, without a reload', async () => {
      const user = await site.createUser(['orders']);
      const page = await signedIn(site.admin, 'sessions');
      await page.getByText('Live', { exact: true }).waitFor();
      const row = page.getByRole('row').filter({ hasText: user.username });
      const total = async () => {
        const text = (await page.locator('.total strong').textContent()) ?? '';
        return Number(text.replace(/\D/g, ''));
      };
      await eventually(async () => (await total()) > 0);
      const before = await total();
      expect(await row.count()).toBe(0);

      const other = await signedIn(user);
      await row.filter({ hasText: 'New' }).waitFor();
      await eventually(async () => (await total()) === before + 1);

      await other.getByRole('button', { name: 'Sign out' }).click();
      await row.filter({ hasText: 'Signed out' }).waitFor();
      await eventually(async () => (await row.count()) === 0 && (await total()) === before);
    });

    it('holds the list while it is paused, and counts the changes that wait', async () => {
      const user = await site.createUser([]);
      const page = await signedIn(site.admin, 'sessions');
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await signedIn(user);
      await page.getByText(/Paused, \d+ changes? waiting/).waitFor();
      const row = page.getByRole('row').filter({ hasText: user.username });
      expect(await row.count()).toBe(0);
      await page.getByRole('button', { name: 'Resume' }).click();
      await row.waitFor();
    });

    it('ends a session from the list, and its browser shows the end', async () => {
      const user = await site.createUser(['admin']);
      const other = await signedIn(user, 'health');
      const page = await signedIn(site.admin, 'sessions');
      await page.locator('summary', { hasText: 'Filter' }).click();
      await page.getByLabel('User (name or id)').fill(user.username);
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByRole('button', { name: `End the session of ${user.username}` }).click();
      await confirm(page, 'End session', site.admin);

      await other.getByText('Your session has ended.').waitFor();
      await enter(other, user);
      await heading(other, 'Health').waitFor();
    });

    it('searches for a role with progress, can be cancelled, and continues', async () => {
      const page = await signedIn(site.admin, 'account');
      let isHeld = true;
      // The page after the first one does not come until the search continues.
      await page.route(/\/admin\/sessions\?.*role=admin/, async (route) => {
        const after = new URL(route.request().url()).searchParams.get('after');
        if (after === null) {
          const answer = await route.fetch();
          const body = (await answer.json()) as object;
          await route.fulfill({ json: { ...body, next: 'held' } });
        } else if (!isHeld) {
          await route.fulfill({ json: { total: 1, sessions: [], examined: 1, next: null } });
        }
      });
      await page.goto(`${site.url}sessions?role=admin`);
      await page.getByRole('progressbar', { name: 'Progress of the search' }).waitFor();
      const endAll = page.getByRole('button', { name: /^End .*session.* …$/ });
      expect(await endAll.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('Search cancelled').waitFor();

      isHeld = false;
      await page.getByRole('button', { name: 'Continue' }).click();
      await eventually(() => endAll.isEnabled());
      expect(await page.getByRole('progressbar').count()).toBe(0);
    });

    it('ends all sessions of a filter after a question that names their number', async () => {
      const role = `night-shift-${String(process.pid)}`;
      const user = await site.createUser([role]);
      const others = [await signedIn(user), await signedIn(user)];
      const page = await signedIn(site.admin, `sessions?role=${role}`);
      await page.getByText('2 matching sessions').waitFor();
      await page.getByRole('button', { name: 'End 2 sessions …' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'End 2 sessions?' });
      await dialog.getByText(`with the role ${role}`).waitFor();
      await confirm(page, 'End 2 sessions', site.admin);
      await page.getByText('No session matches the filter.').waitFor();
      for (const other of others) {
        await other.reload();
        await signInHeading(other).waitFor();
      }
    });

    it('lists ended sessions with reason and user, and continues by itself', async () => {
      const user = await site.createUser([]);
      const other = await signedIn(user);
      const page = await signedIn(site.admin, 'ended');
      await page.getByRole('table', { name: 'Ended sessions' }).waitFor();
      await other.getByRole('button', { name: 'Sign out' }).click();
      const row = page.getByRole('row').filter({ hasText: user.username });
      await row.filter({ hasText: 'Signed out' }).filter({ hasText: 'the user' }).waitFor();
    });

    it('creates a user, changes roles with their effect on live sessions, and disables', async () => {
      const username = `grace-${Date.now().toString(36)}`;
      const user = { username, password: 'violet lanterns over the harbour' };
      const page = await signedIn(site.admin, 'users');
      await page.getByRole('button', { name: 'Create user' }).click();
      const dialog = page.getByRole('dialog', { name: 'Create user' });
      await dialog.getByLabel('Username').fill(site.admin.username);
      await dialog.getByLabel('Password').fill(user.password);
      await dialog.getByRole('button', { name: 'Create user' }).click();
      await dialog.getByText(/taken/).waitFor();
      await dialog.getByLabel('Username').fill(username);
      await dialog.getByRole('button', { name: 'Create user' }).click();
      await heading(page, username).waitFor();
      expect(page.url()).toBe(`${site.url}users/${username}`);
      await page.getByText(`${username} is not signed in.`).waitFor();

      const other = await signedIn(user);
      const sessions = page.getByRole('table', { name: 'Sessions' });
      await sessions.getByRole('row').nth(1).waitFor();
      await page.getByLabel('products', { exact: true }).check();
      await page.getByRole('button', { name: 'Save roles' }).click();
      await page.getByText('1 live session now with: products.').waitFor();
      await sessions.getByText('products').waitFor();

      await page.getByRole('button', { name: 'Disable …' }).click();
      await confirm(page, 'Disable user', site.admin);
      await page.getByText('Disabled. 1 session ended.').waitFor();
      await other.reload();
      await enter(other, user);
      await other.getByText('Username or password is wrong, or the account is disabled.').waitFor();
      await page.getByRole('button', { name: 'Enable' }).click();
      await page.getByText(`${username} can sign in again.`).waitFor();
    });

    it('finds a user by name, and names a user that does not exist', async () => {
      const { username } = await site.createUser([]);
      const page = await signedIn(site.admin, 'users');
      await page.getByLabel('Go to a user').fill('no-such-user');
      await page.keyboard.press('Enter');
      await page.getByText('There is no user “no-such-user”.').waitFor();
      await page.getByLabel('Go to a user').fill(username);
      await page.keyboard.press('Enter');
      await heading(page, username).waitFor();
      await page.goBack();
      await heading(page, 'Users').waitFor();
    });

    it('answers which routes a user and a role may call', async () => {
      const { username } = await site.createUser(['products']);
      const page = await signedIn(site.admin, 'services');
      await page.getByRole('heading', { level: 2, name: 'orders' }).waitFor();
      await page.getByLabel('Username').fill(username);
      await page.getByRole('button', { name: 'Show access' }).click();
      const answer = page.locator('details').filter({ hasText: /^orders: \d+ of \d+ routes/ });
      await answer.locator('summary').click();
      await answer.getByText('No: a role is missing').first().waitFor();

      await page.getByLabel('roles', { exact: true }).check();
      await page.getByRole('checkbox', { name: 'orders', exact: true }).check();
      await page.getByRole('button', { name: 'Show access' }).click();
      await page.getByText('A user with orders').waitFor();
      await answer.locator('summary').click();
      await answer.getByText('Yes', { exact: true }).first().waitFor();
    });

    it('draws the activity of the last day, and shows it as a table', async () => {
      const page = await signedIn(site.admin, 'overview');
      await page
        .getByRole('img', { name: /^Sign-ins and failures of the last 24 hours/ })
        .waitFor();
      await page.getByRole('button', { name: 'Show as table' }).click();
      await page.getByRole('table', { name: 'Activity by the hour' }).waitFor();
    });

    it('shows an outage, and recovers without a reload', async () => {
      const user = await site.createUser([]);
      const page = await signedIn(site.admin, 'sessions');
      await page.getByText('Live', { exact: true }).waitFor();
      await site.setOutage(true);
      try {
        await page.getByRole('link', { name: 'Ended sessions' }).click();
        await page
          .getByText(/cannot answer|does not answer/)
          .first()
          .waitFor();
      } finally {
        await site.setOutage(false);
      }
      await page.locator('.connection p').waitFor({ state: 'detached' });
      await page.getByRole('table', { name: 'Ended sessions' }).waitFor();

      await page.getByRole('link', { name: 'Sessions', exact: true }).click();
      await page.getByText('Live', { exact: true }).waitFor();
      await signedIn(user);
      await page.getByRole('row').filter({ hasText: user.username }).waitFor();
    });

    it('refuses pages of administrators to other users, with the role to ask for', async () => {
      const page = await signedIn(await site.createUser(['orders']), 'sessions');
      await page.getByText('This page needs the role “admin”.').waitFor();
      await page.goto(`${site.url}no/such-page`);
      await heading(page, 'Page not found').waitFor();
    });

    it('is usable by keyboard alone', async () => {
      const page = await signedIn(site.admin, 'account');
      await heading(page, 'My account').waitFor();
      await page.reload();
      await heading(page, 'My account').waitFor();
      await page.keyboard.press('Tab');
      const focused = () => page.locator(':focus').textContent();
      expect(await focused()).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Change password');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await eventually(async () => (await focused()) === 'Change password');
      await page.keyboard.press('Tab');
      const time = page.locator('.time').first();
      await time.focus();
      const box = await time.locator('.exact').boundingBox();
      expect(box?.width).toBeGreaterThan(50);
    });

    it('has no accessibility problem and no sideways scrolling on any page and screen', async () => {
      const { username } = site.admin;
      await eachRow(Object.keys(SCREENS) as (keyof typeof SCREENS)[], async (screen) => {
        const visitor = await browser.newContext(SCREENS[screen]);
        visitors.push(visitor);
        const page = await newPage(visitor);
        await page.goto(site.url);
        await signInHeading(page).waitFor();
        expect(await problemsOf(page)).toEqual([]);
        await enter(page, site.admin);
        await page.locator('.sidebar').waitFor();
        for (const path of [...ADMIN_PAGES, `users/${username}`, 'sessions?role=admin']) {
          await page.goto(site.url + path);
          await page.getByRole('heading', { level: 1 }).waitFor();
          expect([path, await signInHeading(page).count()]).toEqual([path, 0]);
          await page.locator('.skeleton').first().waitFor({ state: 'detached' });
          expect([path, await problemsOf(page)]).toEqual([path, []]);
          const overflow = await page.evaluate<number>(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect([path, overflow]).toEqual([path, 0]);
        }
        await page.goto(`${site.url}account`);
        await page.getByRole('button', { name: 'Change password' }).click();
        await page.getByRole('dialog').waitFor();
        expect(await problemsOf(page)).toEqual([]);
      });
    });

    it('loads nothing from elsewhere, and nothing inline', async () => {
      const page = await newPage();
      const origins = new Set<string>();
      page.on('request', (request) => origins.add(new URL(request.url()).origin));
      const answer = await page.goto(site.url);
      await signInHeading(page).waitFor();
      expect([...origins]).toEqual([new URL(site.url).origin]);
      const policy = answer?.headers()['content-security-policy'] ?? '';
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).not.toMatch(/unsafe/);
      expect(await page.locator('style, script:not([src]), [onclick]').count()).toBe(0);
    });
  });
}
