import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { welcome } from '../start/welcome';
import { PICTURE_FILE } from './picture-file';
import { shownTabs } from './shown-tabs';
import { linesOf } from './terminal-timeline';
import { startTab } from './tour';

const urls = {
  auth: 'http://127.0.0.1:8000',
  orders: 'http://127.0.0.1:8001',
  products: 'http://127.0.0.1:8002',
};
const redis = 'redis://127.0.0.1:28066';

const printed = [
  `Redis: ${redis}`,
  'Building auth, products, orders',
  'Built in 1.7 s',
  'orders   | [17:16:19.479] INFO: [NestApplication] Nest application successfully started',
  `orders is ready: ${urls.orders} (2.1 s)`,
  `auth is ready: ${urls.auth} (3.7 s)`,
  `products is ready: ${urls.products} (2.1 s)`,
  ...welcome({ urls, redis, hasDemoUsers: true }).split('\n'),
];

describe('the picture in the README', () => {
  const picture = readFileSync(PICTURE_FILE, 'utf8');

  it('shows the lines of `npm start`: `npm run docs:picture` brings it up to date', () => {
    expect(shownTabs(picture)[0]).toEqual(linesOf(startTab(printed)));
  });

  it('is smaller than 30 KB', () => {
    expect(Buffer.byteLength(picture)).toBeLessThan(30_000);
  });

  it('has an alternative text in the README', () => {
    const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8');
    expect(readme).toMatch(/!\[[^\]]{80,}\]\(docs\/public\/terminal\.svg\)/);
  });
});

describe('the terminal of `npm start`', () => {
  it('has the default addresses, and no times', () => {
    const lines = linesOf(startTab(printed));
    expect(lines).toContain('auth is ready: http://127.0.0.1:3000');
    expect(lines).toContain('Redis: redis://127.0.0.1:6379');
    expect(lines.join('\n')).not.toMatch(/\d+\.\d s|:80\d\d|28066/);
  });

  it('is refused when a line is missing', () => {
    const without = printed.filter((line) => !line.startsWith('  bob '));
    expect(() => startTab(without)).toThrow('npm start has printed no line ^ {2}bob');
  });
});
