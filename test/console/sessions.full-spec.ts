import { eventually } from '../../tools/testing/eventually';
import { confirm, enter, heading, signInHeading } from './support/console-page';
import { ConsoleSite } from './support/console-site';

describe('the session lists of the console', () => {
  let site: ConsoleSite;

  beforeAll(async () => {
    site = await ConsoleSite.start();
  });
  afterAll(() => site.stop());
  afterEach(async () => {
    expect(await site.endVisits()).toEqual([]);
  });

  it('shows sessions as they begin and end, without a reload', async () => {
    const user = await site.createUser(['orders']);
    const page = await site.signedIn(site.admin, 'sessions');
    await page.getByText('Live', { exact: true }).waitFor();
    const row = page.getByRole('row').filter({ hasText: user.username });
    const total = async () => {
      const text = (await page.locator('.total strong').textContent()) ?? '';
      return Number(text.replace(/\D/g, ''));
    };
    await eventually(async () => (await total()) > 0);
    const before = await total();
    expect(await row.count()).toBe(0);

    const other = await site.signedIn(user);
    await row.filter({ hasText: 'New' }).waitFor();
    await eventually(async () => (await total()) === before + 1);

    await other.getByRole('button', { name: 'Sign out' }).click();
    await row.filter({ hasText: 'Signed out' }).waitFor();
    await eventually(async () => (await row.count()) === 0 && (await total()) === before);
  });

  it('holds the list while it is paused, and counts the changes that wait', async () => {
    const user = await site.createUser([]);
    const page = await site.signedIn(site.admin, 'sessions');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await site.signedIn(user);
    await page.getByText(/Paused, \d+ changes? waiting/).waitFor();
    const row = page.getByRole('row').filter({ hasText: user.username });
    expect(await row.count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await row.waitFor();
  });

  it('ends a session from the list, and its browser shows the end', async () => {
    const user = await site.createUser(['admin']);
    const other = await site.signedIn(user, 'health');
    const page = await site.signedIn(site.admin, 'sessions');
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
    const page = await site.signedIn(site.admin, 'account');
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
    const others = [await site.signedIn(user), await site.signedIn(user)];
    const page = await site.signedIn(site.admin, `sessions?role=${role}`);
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
    const other = await site.signedIn(user);
    const page = await site.signedIn(site.admin, 'ended');
    await page.getByRole('table', { name: 'Ended sessions' }).waitFor();
    await other.getByRole('button', { name: 'Sign out' }).click();
    const row = page.getByRole('row').filter({ hasText: user.username });
    await row.filter({ hasText: 'Signed out' }).filter({ hasText: 'the user' }).waitFor();
  });

  it('shows an outage, and recovers without a reload', async () => {
    const user = await site.createUser([]);
    const page = await site.signedIn(site.admin, 'sessions');
    await page.getByText('Live', { exact: true }).waitFor();
    site.setOutage(true);
    try {
      await page.getByRole('link', { name: 'Ended sessions' }).click();
      await page
        .getByText(/cannot answer|does not answer/)
        .first()
        .waitFor();
    } finally {
      site.setOutage(false);
    }
    await page.locator('.connection p').waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Ended sessions' }).waitFor();

    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    await site.signedIn(user);
    await page.getByRole('row').filter({ hasText: user.username }).waitFor();
  });
});
