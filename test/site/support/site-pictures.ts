import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openSitePage, PHONE_WIDTH, type SiteVisit } from './site-visit';

/** Width of a window of a laptop, and of a phone. */
const WIDTHS = { desktop: 1440, phone: PHONE_WIDTH };

/** Takes pictures of the start page and of one page of each folder: light, dark and on a phone. */
export async function takePictures(
  page: Page,
  origin: string,
  visits: readonly SiteVisit[],
  folder: string,
): Promise<void> {
  for (const [kind, path] of firstOfEachKind(visits)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await openSitePage(page, origin, path);
      for (const [device, width] of Object.entries(WIDTHS)) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: join(folder, `${kind}-${colorScheme}-${device}.png`) });
      }
    }
  }
}

/** Returns the first page of each folder, those with diagrams before others. */
function firstOfEachKind(visits: readonly SiteVisit[]): Map<string, string> {
  const kinds = new Map<string, string>();
  const byDiagrams = [...visits].sort((a, b) => b.diagrams - a.diagrams);
  for (const { path } of byDiagrams) {
    const folder = path.split('/').slice(1, -1).join('-');
    const kind = path === '/' ? 'start-page' : folder || 'guide';
    if (!kinds.has(kind)) kinds.set(kind, path);
  }
  return kinds;
}
