import type { Browser, Page } from 'playwright-core';
import { runCommand } from '../../tools/processes/run-command';
import { repositoryRoot } from '../../tools/repository-root';
import { siteFolder } from '../../tools/site/docs-folder';
import { eachRow } from '../../tools/testing/each-row';
import { eventually } from '../../tools/testing/eventually';
import { launchBrowser } from '../browser/support/browser';
import { takePictures } from './support/site-pictures';
import {
  builtPages,
  openSitePage,
  PHONE_WIDTH,
  type SiteVisit,
  violationsOf,
  visit,
} from './support/site-visit';
import { StaticServer } from './support/static-server';

/** Folder for pictures of the pages, to look at. The test takes none without it. */
const { SITE_SCREENSHOTS: screenshots } = process.env;

/** Number of pages that are also checked in dark mode: all have the same components. */
const DARK_SAMPLE = 6;

let server: StaticServer;
let browser: Browser;
let page: Page;
const visits: SiteVisit[] = [];

beforeAll(async () => {
  await runCommand('npm', ['run', 'docs:build'], { cwd: repositoryRoot });
  server = await StaticServer.start(siteFolder);
  browser = await launchBrowser();
  page = await browser.newPage({ colorScheme: 'light', reducedMotion: 'reduce' });
  for (const path of builtPages(siteFolder)) visits.push(await visit(page, server.origin, path));
}, 600_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Returns what is wrong with each page, and an empty list when nothing is. */
function problems(check: (visit: SiteVisit) => unknown): string[] {
  return visits.flatMap((it) => {
    const found = check(it);
    const isWrong = Array.isArray(found) ? found.length > 0 : found !== false;
    return isWrong ? [`${it.path}: ${JSON.stringify(found)}`] : [];
  });
}

describe('the documentation site', () => {
  it('has a page for every source, and lists it in the sidebar', () => {
    expect(visits.length).toBeGreaterThan(25);
    const [first] = visits.filter(({ path }) => path.startsWith('/api/'));
    const listed = new Set(first?.links.map((link) => new URL(link).pathname));
    expect(visits.map(({ path }) => path).filter((path) => !listed.has(path))).toEqual([]);
  });

  it('answers 200 for every page', () => {
    expect(problems(({ status }) => status !== 200 && status)).toEqual([]);
  });

  it('links only to pages and anchors that exist', () => {
    const known = new Map(visits.map(({ path, ids }) => [path, new Set(ids)]));
    const isDead = (link: string) => {
      const { origin, pathname, hash } = new URL(link);
      if (origin !== server.origin) return false;
      const ids = known.get(pathname.replace(/\/index\.html$/, '/'));
      return !ids || (hash !== '' && !ids.has(decodeURIComponent(hash.slice(1))));
    };
    expect(problems(({ links }) => [...new Set(links.filter(isDead))])).toEqual([]);
  });

  it('gives every page one main heading, and skips no level', () => {
    expect(
      problems(({ headings }) => {
        const skips = headings.some((level, i) => level > (headings[i - 1] ?? 0) + 1);
        const mains = headings.filter((level) => level === 1).length;
        return (skips || mains !== 1) && headings.join(' ');
      }),
    ).toEqual([]);
  });

  it('requests nothing from another host', () => {
    expect(problems(({ foreign }) => foreign)).toEqual([]);
  });

  it('logs no error on the console', () => {
    expect(problems(({ errors }) => errors)).toEqual([]);
  });

  it(`scrolls in one direction at a width of ${PHONE_WIDTH} pixels`, () => {
    expect(problems(({ widthOnPhone }) => widthOnPhone > PHONE_WIDTH && widthOnPhone)).toEqual([]);
  });

  it('is accessible by WCAG 2.2 AA in light mode', () => {
    expect(problems(({ violations }) => violations)).toEqual([]);
  });

  it('is accessible by WCAG 2.2 AA in dark mode', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const step = Math.ceil(visits.length / DARK_SAMPLE);
    const sample = visits.filter((_, i) => i % step === 0).map(({ path }) => path);
    const violations = new Map<string, string[]>();
    for (const path of sample) {
      await openSitePage(page, server.origin, path);
      violations.set(path, await violationsOf(page));
    }
    await eachRow([...violations], ([, found]) => {
      expect(found).toEqual([]);
    });
  }, 60_000);

  it('finds a name of the API by its local search', async () => {
    await openSitePage(page, server.origin, '/');
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.locator('input[type=search]').fill('createSessionManager');
    const first = page.locator('.VPLocalSearchBox .result').first();
    await first.waitFor();
    expect(await first.getAttribute('href')).toContain('/api/nest-sessions/issuer');
  });

  it('plays the picture of the README, and shows its end to readers who prefer reduced motion', async () => {
    await page.goto(`${server.origin}/terminal.svg`);
    const animations = () => page.evaluate<number>('document.getAnimations().length');
    expect(await page.title()).toBe('Nest Sessions in a terminal');
    expect(await animations()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await animations()).toBeGreaterThan(50);
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });

  it('draws every diagram', () => {
    expect(visits.some(({ diagrams }) => diagrams > 0)).toBe(true);
    expect(problems(({ undrawn }) => undrawn > 0 && undrawn)).toEqual([]);
  });

  it('draws a diagram again in the colours of the mode that a reader switches to', async () => {
    const path = visits.find(({ diagrams }) => diagrams > 0)?.path ?? '';
    await page.emulateMedia({ colorScheme: 'light' });
    await openSitePage(page, server.origin, path);
    const light = await lineColour(page);
    await page.getByRole('switch').first().click();
    await eventually(async () => (await lineColour(page)) !== light);
    // The site remembers the choice.
    await page.evaluate('localStorage.clear()');
  });
});

const maybe = screenshots === undefined ? describe.skip : describe;
maybe('pictures of the site', () => {
  it('shows one page of each kind', async () => {
    await takePictures(page, server.origin, visits, screenshots ?? '');
  });
});

/** Returns the colour of the lines of the first diagram. */
function lineColour(page: Page): Promise<string> {
  return page.evaluate(
    `getComputedStyle(document.querySelector('mermaid-diagram').shadowRoot.querySelector('line, path')).stroke`,
  );
}
