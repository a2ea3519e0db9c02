import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

/** Page of the documentation. */
export interface SitePage {
  /** File relative to the documentation's folder, with slashes: `'recipes/roles.md'`. */
  readonly file: string;
  /** First heading, as plain text. */
  readonly title: string;
}

interface OrderedPage extends SitePage {
  readonly order: number;
}

/** Start page. It is in no list of pages. */
export const START_PAGE = 'index.md';

/**
 * Returns the pages of one folder, without those of its subfolders. A page's place is `order` of its front
 * matter, else the number that its file name begins with. All others follow, by title.
 *
 * @param folder Relative to `root`; `''` for `root` itself.
 * @throws Error for a page without a heading, which would have no title
 */
export function pagesIn(root: string, folder: string): SitePage[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.md'))
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
    .filter((file) => file !== START_PAGE)
    .map((file) => readPage(root, file))
    .sort((a, b) => a.order - b.order || a.title.localeCompare(b.title, 'en'))
    .map(({ file, title }) => ({ file, title }));
}

function readPage(root: string, file: string): OrderedPage {
  const text = readFileSync(join(root, file), 'utf8');
  const [, frontMatter = ''] = /^---\n([^]*?)\n---\n/.exec(text) ?? [];
  const [, heading] = /^# (.+)$/m.exec(text.replaceAll(/^```[^]*?^```/gm, '')) ?? [];
  if (heading === undefined) {
    throw new Error(`docs/${file} has no title. Begin it with a heading: '# Title'.`);
  }
  const { order } = (parse(frontMatter) ?? {}) as { order?: unknown };
  return { file, title: plainText(heading), order: orderOf(file, order) };
}

function orderOf(file: string, order: unknown): number {
  if (typeof order === 'number') return order;
  if (order !== undefined) {
    throw new Error(
      `docs/${file}: 'order' in its front matter must be a number, such as 'order: 2'.`,
    );
  }
  const [, number] = /^(\d+)-/.exec(basename(file)) ?? [];
  return number === undefined ? Infinity : Number(number);
}

/** Returns a heading without its Markdown. */
function plainText(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .trim();
}
