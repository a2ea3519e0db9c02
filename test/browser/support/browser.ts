import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findOnPath } from '../../../tools/processes/find-on-path';

/** What the packages of systems call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * A real browser without a window. Every name leads to this machine, and certificates are not asked for
 * who signed them; all else is as people have it.
 *
 * @throws Error that says what to install when there is no Chromium
 */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? findChromium(),
    args: [
      '--host-resolver-rules=MAP * 127.0.0.1',
      // Pages that a test has put there count as the Internet's, and may not reach this machine otherwise:
      // what keeps them from the services would be the browser alone.
      '--disable-features=LocalNetworkAccessChecks',
      '--no-sandbox',
      // Containers give little shared memory.
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

/** A visitor with cookies of their own. */
export function newVisitor(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ ignoreHTTPSErrors: true });
}

/** A page of an origin: what its owner has put there. All requests but for the page itself are real. */
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

/** What a script on a page gets for a request; `null` where the browser keeps the answer from it. */
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
        // 'opaque': it was sent, and the script learns nothing of the answer.
        if (answer.type === 'opaque') return null;
        return { status: answer.status, text: await answer.text() };
      } catch {
        return null;
      }
    },
    [url, init] as const,
  );
}
