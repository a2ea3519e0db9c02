import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, newVisitor } from '../../browser/support/browser';
import { System } from '../../support/system';
import { enter } from './console-page';
import type { ConsoleUser } from './console-user';

/** Settings for many sign-ins from one address, some with a wrong password. */
const SETTINGS = {
  SIGN_IN_FREE_ATTEMPTS: '1000',
  SIGN_IN_FREE_ATTEMPTS_ACCOUNT: '1000',
  SIGN_IN_FREE_ATTEMPTS_NETWORK: '1000',
  SESSION_MAX_PER_USER: '100',
};

/** The sample system with its console, and a real browser that visits it. */
export class ConsoleSite {
  readonly admin: ConsoleUser = { username: 'admin', password: 'admin-demo-password' };
  #visitors: BrowserContext[] = [];
  /** Content that the policy of the page refuses, and errors of scripts. */
  #complaints: string[] = [];

  private constructor(
    private readonly system: System,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<ConsoleSite> {
    const system = await System.start('express', SETTINGS);
    try {
      return new ConsoleSite(system, await launchBrowser());
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.system.stop();
  }

  /** Address of the console, with a slash at its end. */
  get url(): string {
    return `${this.system.auth.url}/sessions/`;
  }

  /** Creates a user without sessions. */
  createUser(roles: readonly string[]): Promise<ConsoleUser> {
    return this.system.createUser(roles);
  }

  /** Freezes Redis, or lets it continue. */
  setOutage(isOut: boolean): void {
    this.system.redis.kill(isOut ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Opens a page for a new visitor, or in another tab of a visitor. */
  async newPage(visitor?: BrowserContext): Promise<Page> {
    const page = await (visitor ?? (await this.#newVisitor())).newPage();
    page.on('pageerror', (error) => this.#complaints.push(error.message));
    page.on('console', (message) => {
      if (/policy|refused to/i.test(message.text())) this.#complaints.push(message.text());
    });
    return page;
  }

  /** Opens a page for a new visitor on another screen. */
  async newPageOn(screen: BrowserContextOptions): Promise<Page> {
    const visitor = await this.browser.newContext(screen);
    this.#visitors.push(visitor);
    return this.newPage(visitor);
  }

  /** Signs a user in with a new visitor, at the place of the console that the path names. */
  async signedIn(user: ConsoleUser, path = ''): Promise<Page> {
    const page = await this.newPage();
    await page.goto(this.url + path);
    await enter(page, user);
    await page.locator('.sidebar').waitFor();
    // A pointer over a list holds it.
    await page.mouse.move(1, 1);
    return page;
  }

  /** Closes all pages, and returns the complaints of the browser about them. */
  async endVisits(): Promise<readonly string[]> {
    const [visitors, complaints] = [this.#visitors, this.#complaints];
    this.#visitors = [];
    this.#complaints = [];
    await Promise.all(visitors.map((visitor) => visitor.close()));
    return complaints;
  }

  async #newVisitor(): Promise<BrowserContext> {
    const visitor = await newVisitor(this.browser);
    this.#visitors.push(visitor);
    return visitor;
  }
}
