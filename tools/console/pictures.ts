import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { withSystem } from '../picture/run-system';
import { RedisServer } from '../redis/redis-server';
import { docsFolder } from '../site/docs-folder';
import { fillSystem } from './fill-system';
import { launchChromium } from './launch-chromium';
import { DOCUMENTED, PLACES, type ScreenName, SCREENS } from './picture-screens';
import { writePast } from './sample-activity';
import { deviceAt, SAMPLE_ADMIN } from './sample-people';

/** Folder of the pictures that the documentation shows. */
const DOCUMENTATION = join(docsFolder, 'recipes/console');

/** Quality of the pictures in percent. */
const QUALITY = 82;

/** Settings of the system: it trusts the addresses that the pictures invent, and hashes passwords fast. */
const SETTINGS = { TRUST_PROXY: '1', BCRYPT_COST: '10' };

type Take = (url: string, browser: Browser) => Promise<void>;

/** Runs the sample system, gives it a day's work, and takes pictures of its console. */
async function withConsole(take: Take): Promise<void> {
  const redis = await RedisServer.start();
  const browser = await launchChromium();
  try {
    const settings = { ...SETTINGS, REDIS_URL: redis.url };
    await withSystem(async ({ urls }) => {
      await writePast(redis.url, await fillSystem(urls.auth));
      await take(`${urls.auth}/sessions/`, browser);
    }, settings);
  } finally {
    await browser.close();
    await redis.stop();
  }
}

/** Takes a picture of every place on every screen, for a look at changes. */
async function takeAll(folder: string): Promise<void> {
  await withConsole(async (url, browser) => {
    for (const screen of Object.keys(SCREENS) as ScreenName[]) {
      const page = await newPage(browser, screen);
      await page.goto(url);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await page.screenshot({ path: join(folder, `sign-in-${screen}.png`) });
      await signIn(page);
      for (const place of PLACES) {
        await open(page, url + place);
        await page.screenshot({ path: join(folder, `${fileName(place)}-${screen}.png`) });
      }
      await signOut(page);
    }
  });
}

/** Takes the pictures of the documentation. */
async function takeDocumented(): Promise<void> {
  await withConsole(async (url, browser) => {
    for (const { name, place, screen } of DOCUMENTED) {
      const page = await newPage(browser, screen);
      await page.goto(url);
      await signIn(page);
      await open(page, url + place);
      await shoot(page, join(DOCUMENTATION, `${name}.webp`));
      await signOut(page);
    }
  });
}

async function newPage(browser: Browser, screen: ScreenName): Promise<Page> {
  const { userAgent, ip } = deviceAt(screen === 'phone' ? 1 : 0);
  const context = await browser.newContext({
    ...SCREENS[screen],
    userAgent,
    extraHTTPHeaders: { 'x-forwarded-for': ip },
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  return context.newPage();
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Username').fill(SAMPLE_ADMIN.username);
  await page.getByLabel('Password').fill(SAMPLE_ADMIN.password);
  await page.keyboard.press('Enter');
  await page.locator('.sidebar').waitFor();
}

/** Ends the visit, so that the next picture does not show its session. */
async function signOut(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  await page.request.post(`${origin}/auth/logout`, { headers: { origin } });
  await page.context().close();
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('load');
  await page.locator('.skeleton, progress').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready');
}

/** Writes a picture as WebP, which is a third of the size of a PNG. */
async function shoot(page: Page, file: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
  });
  await devtools.detach();
  await mkdir(DOCUMENTATION, { recursive: true });
  await writeFile(file, data, 'base64');
}

function fileName(place: string): string {
  return place.replaceAll(/\W/g, '-');
}

// Usage: npm run console:pictures -- [FOLDER | --docs]
async function main([target = 'dist/console-pictures']: readonly string[]): Promise<void> {
  const isDocumentation = target === '--docs';
  await (isDocumentation ? takeDocumented() : takeAll(target));
  console.log(`Wrote the pictures of the console to ${isDocumentation ? DOCUMENTATION : target}.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
