import { confirm, enter, heading } from './support/console-page';
import { ConsoleSite } from './support/console-site';

describe('the users, services and overview of the console', () => {
  let site: ConsoleSite;

  beforeAll(async () => {
    site = await ConsoleSite.start();
  });
  afterAll(() => site.stop());
  afterEach(async () => {
    expect(await site.endVisits()).toEqual([]);
  });

  it('creates a user, changes roles with their effect on live sessions, and disables', async () => {
    const username = `grace-${Date.now().toString(36)}`;
    const user = { username, password: 'violet lanterns over the harbour' };
    const page = await site.signedIn(site.admin, 'users');
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

    const other = await site.signedIn(user);
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
    const page = await site.signedIn(site.admin, 'users');
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
    const page = await site.signedIn(site.admin, 'services');
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
    const page = await site.signedIn(site.admin, 'overview');
    await page.getByRole('img', { name: /^Sign-ins and failures of the last 24 hours/ }).waitFor();
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('table', { name: 'Activity by the hour' }).waitFor();
  });

  it('shows the state of every service, from their heartbeats', async () => {
    const page = await site.signedIn(site.admin, 'health');
    for (const service of ['auth', 'orders', 'products']) {
      const row = page
        .getByRole('table', { name: 'Instances of the services' })
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${service} `) }) });
      await row.getByText('Connected').waitFor();
      await row.getByText('off').waitFor();
    }
  });

  it('refuses pages of administrators to other users, with the role to ask for', async () => {
    const page = await site.signedIn(await site.createUser(['orders']), 'sessions');
    await page.getByText('This page needs the role “admin”.').waitFor();
    await page.goto(`${site.url}no/such-page`);
    await heading(page, 'Page not found').waitFor();
  });
});
