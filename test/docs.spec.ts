import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';
import { eachRow } from '../tools/testing/each-row';

const inRoot = (file: string) => join(repositoryRoot, file);

const PAGES = [
  ...readdirSync(repositoryRoot).filter((file) => file.endsWith('.md')),
  ...readdirSync(inRoot('docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
  'bench/README.md',
  'libs/session/README.md',
];

/** Returns a page without its examples, whose links and headings do not count. */
function textOf(page: string): string {
  return readFileSync(inRoot(page), 'utf8').replaceAll(/^```[^]*?^```/gm, '');
}

/** Returns the anchor of a page's heading. */
function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('the documentation pages', () => {
  it('have no broken links', () =>
    eachRow(PAGES, (page) => {
      const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      const broken = links
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [path = '', anchor] = link.split('#');
          const target = path === '' ? page : join(dirname(page), path);
          if (statSync(inRoot(target), { throwIfNoEntry: false }) === undefined) return true;
          if (anchor === undefined) return false;
          const headings = [...textOf(target).matchAll(/^#+ (.+)$/gm)];
          return !headings.some(([, heading = '']) => anchorOf(heading) === anchor);
        });
      expect(broken).toEqual([]);
    }));
});

describe.each([
  ['docs/reference/asvs.md', 50],
  ['docs/concepts/security-model.md', 10],
])('%s', (page, least) => {
  /** References `[file](../../path)`, each with the titles of its tests up to the next reference. */
  const references = [...textOf(page).matchAll(/\]\((?:\.\.\/)+(\S+?\.ts)\)([^[|\n]*)/g)];

  it('refers to tests', () => {
    expect(references.length).toBeGreaterThan(least);
  });

  it('quotes test titles exactly', () =>
    eachRow(
      references,
      ([, file = '', titles = '']) => {
        const spec = readFileSync(inRoot(file), 'utf8');
        const quoted = [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title);
        expect(quoted).not.toEqual([]);
        expect(quoted.filter((title) => !spec.includes(title))).toEqual([]);
      },
      ([text]) => text.trim(),
    ));

  it('refers only to suites that a spec file runs', () => {
    const sources = ['apps', 'libs', 'test'].flatMap((folder) =>
      readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/(^|[\\/])(node_modules|dist)[\\/]/.test(file))
        .map((file) => readFileSync(inRoot(join(folder, file)), 'utf8')),
    );
    const suites = references
      .map(([, file = '']) => file)
      .filter((file) => !file.endsWith('spec.ts'));
    const isRun = (suite: string) =>
      sources.some((source) =>
        ["';", ".js';"].some((end) => source.includes(`/${basename(suite, '.ts')}${end}`)),
      );
    expect(suites.filter((suite) => !isRun(suite))).toEqual([]);
  });
});

describe('docs/reference/asvs.md', () => {
  it('lists each requirement once', () => {
    const rows = [...textOf('docs/reference/asvs.md').matchAll(/^\| (\d+\.\d+\.\d+) /gm)];
    const numbers = rows.map(([, number = '']) => number);
    expect(numbers).toEqual([...new Set(numbers)]);
  });
});
