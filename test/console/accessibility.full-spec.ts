import { eachRow } from '../../tools/testing/each-row';
import { eventually } from '../../tools/testing/eventually';
import { accessibilityProblemsOf, enter, heading, signInHeading } from './support/console-page';
import { ConsoleSite } from './support/console-site';

const ADMIN_PAGES = ['overview', 'sessions', 'ended', 'users', 'services', 'health', 'account'];

/** Screens on which the pages must work: a desktop, a dark one, a phone, and 200 % zoom. */
const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 } },
  zoomed: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
} as const;

describe('the pages of the console', () => {
  let site: ConsoleSite;

  beforeAll(async () => {
    site = await ConsoleSite.start();
  });
  afterAll(() => site.stop());
  afterEach(async () => {
    expect(await site.endVisits()).toEqual([]);
  });

  it('is usable by keyboard alone', async () => {
    const page = await site.signedIn(site.admin, 'account');
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
      const page = await site.newPageOn(SCREENS[screen]);
      await page.goto(site.url);
      await signInHeading(page).waitFor();
      expect(await accessibilityProblemsOf(page)).toEqual([]);
      await enter(page, site.admin);
      await page.locator('.sidebar').waitFor();
      for (const path of [...ADMIN_PAGES, `users/${username}`, 'sessions?role=admin']) {
        await page.goto(site.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect([path, await signInHeading(page).count()]).toEqual([path, 0]);
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        expect([path, await accessibilityProblemsOf(page)]).toEqual([path, []]);
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect([path, overflow]).toEqual([path, 0]);
      }
      await page.goto(`${site.url}account`);
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await accessibilityProblemsOf(page)).toEqual([]);
    });
  });

  it('loads nothing from elsewhere, and nothing inline', async () => {
    const page = await site.newPage();
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
