import { Body, Controller, Get, Header, type INestApplication, Post, Res } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Public, SessionModule } from 'nest-sessions';
import { SessionConsoleModule } from 'nest-sessions/console';
import { SessionCookie, SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser, newVisitor } from '../browser/support/browser';
import { RedisServer } from '../../tools/redis/redis-server';
import { eventually } from '../../tools/testing/eventually';

/** Sign-in of an application, with a page of its own and without passwords. */
@Public()
@Controller('login')
class LoginController {
  constructor(
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html')
  page(): string {
    return '<form method="post"><label>Name <input name="name"></label><button>Enter</button></form>';
  }

  @Post()
  async signIn(
    @Body() { name }: { name: string },
    @Res({ passthrough: true }) response: object,
  ): Promise<string> {
    const roles = name === 'eve' ? ['admin'] : [];
    const { token } = await this.sessions.create({ user: { id: name, username: name }, roles });
    this.cookie.write(response, token);
    return `Welcome, ${name}.`;
  }
}

describe('the console of an application without calls of its own', () => {
  let redis: RedisServer;
  let app: INestApplication;
  let browser: Browser;
  let url: string;
  const visitors: BrowserContext[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
    const module = await Test.createTestingModule({
      imports: [
        SessionModule.forRoot({ redis: redis.url, cookie: { name: 'sid' } }),
        SessionIssuerModule.forRoot({}),
        SessionConsoleModule.forRoot({ route: '/console', signInPage: '/login' }),
      ],
      controllers: [LoginController],
    }).compile();
    app = module.createNestApplication({ logger: false });
    app.setGlobalPrefix('shop');
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/shop`;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await redis.stop();
  });
  afterEach(() => Promise.all(visitors.splice(0).map((visitor) => visitor.close())));

  /** Opens the console, and signs in on the page of the application. */
  async function signedIn(name: string, path = ''): Promise<Page> {
    const visitor = await newVisitor(browser);
    visitors.push(visitor);
    const page = await visitor.newPage();
    await page.goto(`${url}/console/${path}`);
    const [login] = await Promise.all([
      visitor.waitForEvent('page'),
      page.getByRole('link', { name: 'Go to the sign-in' }).click(),
    ]);
    await login.getByLabel('Name').fill(name);
    await login.getByRole('button', { name: 'Enter' }).click();
    await login.getByText(`Welcome, ${name}.`).waitFor();
    await login.close();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('.sidebar').waitFor();
    return page;
  }

  it('refers to the sign-in of the application, and signs out', async () => {
    const page = await signedIn('ada');
    await page.locator('.own-session').filter({ hasText: 'This session' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Go to the sign-in' }).waitFor();
    await eventually(
      async () => (await app.get(SessionManager, SHARED).listByUser('ada')).length === 0,
    );
  });

  it('lists sessions live, ends one, and shows who ended it', async () => {
    const page = await signedIn('eve', 'sessions');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.mouse.move(1, 1);
    await signedIn('bob');
    await page.getByRole('row').filter({ hasText: 'bob' }).waitFor();

    await page.getByRole('button', { name: 'End the session of bob' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End session' }).click();
    await page.getByRole('link', { name: 'Ended sessions' }).click();
    await page.getByRole('row').filter({ hasText: 'bob' }).filter({ hasText: 'eve' }).waitFor();
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
  });

  it('shows the overview, services and health', async () => {
    const page = await signedIn('eve', 'overview');
    await page.getByRole('img', { name: /^Sign-ins and failures of the last/ }).waitFor();
    await page.getByRole('link', { name: 'Services', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Services' }).waitFor();
    await page.getByRole('link', { name: 'Health' }).click();
    await page.getByText('One server').waitFor();
  });
});

const SHARED = { strict: false };
