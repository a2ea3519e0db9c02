import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startDevelopmentServer } from '../../libs/session/console-ui/testing/development-server';
import { findOnPath } from '../processes/find-on-path';
import { buildConsole } from './build-console';

/** Screens of the pictures. Widths and heights are CSS pixels. */
const SCREENS = {
  light: { viewport: { width: 1280, height: 800 } },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 } },
  zoomed: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
} as const;

const PAGES = [
  'overview',
  'account',
  'sessions',
  'ended',
  'users',
  'users/carol',
  'services',
  'health',
];

const ARGUMENTS = ['--disable-gpu', '--no-sandbox', '--disable-background-networking'];

/** Takes a picture of every page on every screen, with the data of the development server. */
async function takePictures(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await buildConsole();
  const server = await startDevelopmentServer();
  const executablePath = findOnPath('chromium') ?? undefined;
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    for (const [screen, options] of Object.entries(SCREENS)) {
      const visitor = await browser.newContext(options);
      const page = await visitor.newPage();
      await page.goto(server.url);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await page.screenshot({ path: join(folder, `sign-in-${screen}.png`) });
      await page.getByLabel('Username').fill('admin');
      await page.getByLabel('Password').fill('admin-demo-password');
      await page.keyboard.press('Enter');
      await page.locator('.sidebar').waitFor();
      for (const name of PAGES) await picture(page, server.url, name, folder, screen);
      await visitor.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

async function picture(page: Page, url: string, name: string, folder: string, screen: string) {
  await page.goto(url + name);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(folder, `${name.replace('/', '-')}-${screen}.png`) });
}

const folder = process.argv[2] ?? 'dist/console-pictures';
void takePictures(folder).then(() => {
  console.log(`Wrote the pictures of the console to ${folder}.`);
});
