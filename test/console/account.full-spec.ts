import { eventually } from '../../tools/testing/eventually';
import { confirm, enter, hasFocus, heading, signInHeading } from './support/console-page';
import { ConsoleSite } from './support/console-site';

describe('the sign-in page and the account page of the console', () => {
  let site: ConsoleSite;

  beforeAll(async () => {
    site = await ConsoleSite.start();
  });
  afterAll(() => site.stop());
  afterEach(async () => {
    expect(await site.endVisits()).toEqual([]);
  });

  it('signs in, and continues at the page that was asked for', async () => {
    const page = await site.newPage();
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
    const page = await site.signedIn(site.admin, 'services');
    const other = await site.newPage(page.context());
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
    const other = await site.signedIn(user);
    const page = await site.signedIn(user);
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
    const other = await site.signedIn(user);
    const page = await site.signedIn(user);
    await page.getByRole('button', { name: 'End all other sessions' }).click();
    await confirm(page, 'End all other sessions', user);
    await page.getByText('All other sessions have ended.').waitFor();

    await other.evaluate(`dispatchEvent(new Event('focus'))`);
    await other.getByText('Your session has ended.').waitFor();
  });

  it('changes the password, and explains what is wrong with it', async () => {
    const user = await site.createUser([]);
    const page = await site.signedIn(user);
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
});
