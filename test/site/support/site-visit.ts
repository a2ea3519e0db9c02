import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Result of opening one page of the site. */
export interface SiteVisit {
  /** Path from the root of the site: `'/recipes/roles.html'`. */
  readonly path: string;
  readonly status: number;
  /** Levels of the content's headings, in the order of the page. */
  readonly headings: readonly number[];
  /** Ids of all elements, which links may lead to. */
  readonly ids: readonly string[];
  /** Number of diagrams, and of those that the browser could not draw. */
  readonly diagrams: number;
  readonly undrawn: number;
  /** Absolute URLs of all links. */
  readonly links: readonly string[];
  /** Errors on the console. */
  readonly errors: readonly string[];
  /** Requests to other hosts. */
  readonly foreign: readonly string[];
  /** Rules of axe-core that the page breaks, each with an element that breaks it. */
  readonly violations: readonly string[];
  /** Width of the content in a window of {@link PHONE_WIDTH}, in CSS pixels. */
  readonly widthOnPhone: number;
}

/** Width of a small phone, in CSS pixels. */
export const PHONE_WIDTH = 360;

const UNDRAWN = 'mermaid-diagram:not([drawn])';

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: PHONE_WIDTH, height: 740 };

/** Returns the paths of all pages in the folder of a built site. */
export function builtPages(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html') && file !== '404.html')
    .map((file) => `/${file.replaceAll(sep, '/').replace(/(^|\/)index\.html$/, '$1')}`)
    .sort();
}

/** Opens a path at desktop width and waits until its diagrams are drawn. */
export async function openSitePage(page: Page, origin: string, path: string): Promise<number> {
  await page.setViewportSize(DESKTOP);
  const response = await page.goto(origin + path, { waitUntil: 'load' });
  // The theme becomes interactive, and defines its elements, once it has taken over the page.
  await page.waitForFunction(`document.querySelector('#app')?.__vue_app__ !== undefined`);
  // A diagram with a mistake stays as it is: the visit counts it.
  await page
    .waitForFunction(`!document.querySelector('${UNDRAWN}')`, undefined, { timeout: 10_000 })
    .catch(() => undefined);
  return response?.status() ?? 0;
}

type Content = Pick<SiteVisit, 'headings' | 'ids' | 'diagrams' | 'undrawn' | 'links'>;

/** Opens a page, and measures everything that the site promises about its pages. */
export async function visit(page: Page, origin: string, path: string): Promise<SiteVisit> {
  const errors: string[] = [];
  const foreign: string[] = [];
  const listeners = {
    console: (message: { type(): string; text(): string }) => {
      if (message.type() === 'error') errors.push(message.text());
    },
    pageerror: (error: Error) => errors.push(error.message),
    request: (request: { url(): string }) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) foreign.push(url);
    },
  };
  page.on('console', listeners.console);
  page.on('pageerror', listeners.pageerror);
  page.on('request', listeners.request);
  try {
    const status = await openSitePage(page, origin, path);
    const content = await page.evaluate<Content>(`({
      headings: [...document.querySelectorAll('#VPContent :is(h1, h2, h3, h4, h5, h6)')]
        .filter((it) => it.checkVisibility())
        .map((it) => Number(it.tagName.slice(1))),
      ids: [...document.querySelectorAll('[id]')].map((it) => it.id),
      diagrams: document.querySelectorAll('mermaid-diagram').length,
      undrawn: document.querySelectorAll('${UNDRAWN}').length,
      links: [...document.querySelectorAll('a[href]')].map((it) => it.href),
    })`);
    const violations = await violationsOf(page);
    await page.setViewportSize(PHONE);
    const widthOnPhone = await page.evaluate<number>('document.documentElement.scrollWidth');
    return { path, status, ...content, errors, foreign, violations, widthOnPhone };
  } finally {
    page.off('console', listeners.console);
    page.off('pageerror', listeners.pageerror);
    page.off('request', listeners.request);
  }
}

/** Rules of WCAG 2.2 AA that are checked, colour contrast and the names of controls among them. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Returns the accessibility rules that the open page breaks. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  // The search button shows its keys, which are no part of its name.
  const rules = { 'label-content-name-mismatch': { enabled: false } };
  const options = {
    runOnly: RULES,
    rules,
    resultTypes: ['violations'],
    elementRef: false,
    preload: false,
  };
  const { violations } = await page.evaluate<{ violations: axe.Result[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => {
      const why = (failureSummary ?? '').replaceAll(/\s+/g, ' ');
      return `${id} (${nodes.length} elements): ${html.slice(0, 160)} ${why.slice(0, 240)}`;
    }),
  );
}
