import { readFileSync } from 'node:fs';
import { Curl } from '../../tools/picture/curl';
import { PICTURE_FILE } from '../../tools/picture/picture-file';
import { shownTabs } from '../../tools/picture/shown-tabs';
import { linesOf } from '../../tools/picture/terminal-timeline';
import { callsTab } from '../../tools/picture/tour';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter } from '../support/system';

export function picture(adapter: Adapter): void {
  describe(`the picture in the README, on ${adapter}`, () => {
    it('shows the responses of the services: `npm run docs:picture` brings it up to date', async () => {
      const { auth, orders, products } = await sharedSystem(adapter);
      const urls = { auth: auth.url, orders: orders.url, products: products.url };
      const lines = linesOf(await callsTab(urls, new Curl()));
      const [, shown] = shownTabs(readFileSync(PICTURE_FILE, 'utf8'));
      expect(shown).toEqual(lines.map((line) => line.trimEnd()));
    });
  });
}
