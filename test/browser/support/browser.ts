import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findOnPath } from '../../../tools/processes/find-on-path';

/** Names of the program in the packages of operating systems. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Starts a real browser without a window. Every name resolves to this machine, and certificates of any issuer
 * are accepted; all else is a user's default.
 *
 * @throws Error with the package to install when there is no Chromium
 */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? findChromium(),
    args: [
      '--host-resolver-rules=MAP * 127.0.0.1',
      // Pages that a test has created count as pages of the Internet, and otherwise may not reach this
      // machine. The browser alone would then protect the services.
      '--disable-features=LocalNetworkAccessChecks',
      '--no-sandbox',
      // Containers have little shared memory.
      '--disable-dev-shm-usage',
    ],
  });
}

function findChromium(): string {
  for (const name of NAMES) {
    const file = findOnPath(name);
    if (file !== null) return file;
  }
  throw new Error(
    'A Chromium is missing. On Debian and Ubuntu: apt-get install chromium; elsewhere say in CHROMIUM where it is.',
  );
}

/** Returns a visitor with its own cookies. */
export function newVisitor(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ ignoreHTTPSErrors: true });
}

/** Opens a page of an origin, with the given content. All requests except for the page itself are real. */
export async function openPage(
  visitor: BrowserContext,
  origin: string,
  html = '<!doctype html><title>A page</title>',
): Promise<Page> {
  const page = await visitor.newPage();
  const url = `${origin}/a-page-of-this-origin`;
  await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(url);
  return page;
}

/** Returns the response that a script on a page gets; `null` when the browser withholds it. */
export function fetchFrom(
  page: Page,
  url: string,
  init: {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    mode?: 'cors' | 'no-cors';
  } = {},
): Promise<{ status: number; text: string } | null> {
  return page.evaluate(
    async ([target, options]) => {
      try {
        const answer = await fetch(target, { credentials: 'include', ...options });
        // 'opaque': the request was sent, and the script cannot read the response.
        if (answer.type === 'opaque') return null;
        return { status: answer.status, text: await answer.text() };
      } catch {
        return null;
      }
    },
    [url, init] as const,
  );
}
