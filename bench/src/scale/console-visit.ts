import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../../tools/console/launch-chromium';

/** Sign-in of the demo administrator. */
const ADMIN = { username: 'admin', password: 'admin-demo-password' };

/** A real browser at the list of sessions. */
export class ConsoleVisit {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly url: string,
  ) {}

  /** @param url Address of the auth app. */
  static async start(url: string): Promise<ConsoleVisit> {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(300_000);
      await page.goto(`${url}/sessions/account`);
      await page.getByLabel('Username').fill(ADMIN.username);
      await page.getByLabel('Password').fill(ADMIN.password);
      await page.keyboard.press('Enter');
      await page.locator('.own-session').first().waitFor();
      return new ConsoleVisit(browser, page, `${url}/sessions/sessions`);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Opens the list, or the list of one user, and returns what it shows. */
  async list(user?: string): Promise<{ total: number; rows: number }> {
    await this.page.goto(this.url + (user === undefined ? '' : `?user=${user}`));
    const count = this.page.getByText(
      user === undefined ? /live sessions?$/ : /matching sessions?$/,
    );
    await count.waitFor();
    await this.#rows.nth(0).waitFor();
    return { total: numberIn(await count.textContent()), rows: await this.#rows.count() };
  }

  /** Begins a search of all sessions, and waits until it shows progress. */
  async beginSearch(role: string): Promise<void> {
    await this.page.goto(`${this.url}?role=${role}`);
    await this.page.getByRole('button', { name: 'Cancel' }).waitFor();
    await this.page.getByText(/Searching: [1-9][\d,]* of/).waitFor();
  }

  /** Cancels a search, and returns the number of sessions that it has read. */
  async cancelSearch(): Promise<number> {
    await this.page.getByRole('button', { name: 'Cancel' }).click();
    const text = this.page.getByText(/Search cancelled: /);
    await text.waitFor();
    return numberIn((await text.textContent())?.replace(/ of .*$/, '') ?? null);
  }

  /** Continues a cancelled search to its end, and returns the number of matching sessions. */
  async completeSearch(): Promise<number> {
    await this.page.getByRole('button', { name: 'Continue' }).click();
    await this.page.getByRole('progressbar').waitFor({ state: 'detached' });
    return numberIn(await this.page.locator('.total strong').textContent());
  }

  get #rows(): Locator {
    return this.page.getByRole('table', { name: 'Sessions' }).locator('tbody tr');
  }
}

function numberIn(text: string | null): number {
  return Number((text ?? '').replaceAll(/\D/g, ''));
}
