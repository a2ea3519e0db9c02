import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';
import { anchorOf } from '../tools/site/anchor-of';
import { API_FOLDER } from '../tools/site/docs-folder';
import { documentationPages } from '../tools/site/documentation-pages';
import { eachRow } from '../tools/testing/each-row';

const inRoot = (file: string) => join(repositoryRoot, file);

const PAGES = [
  ...readdirSync(repositoryRoot).filter((file) => file.endsWith('.md')),
  ...documentationPages(),
  'bench/README.md',
  'examples/README.md',
  ...readdirSync(inRoot('examples'))
    .map((example) => join('examples', example, 'README.md'))
    .filter((page) => existsSync(inRoot(page))),
  'libs/platform/README.md',
  'libs/session/README.md',
];

function sourceOf(page: string): string {
  return readFileSync(inRoot(page), 'utf8');
}

/** Returns a page without its examples, whose links and headings do not count. */
function textOf(page: string): string {
  return sourceOf(page).replaceAll(/^```[^]*?^```/gm, '');
}

/** Whether a link leads to the generated reference, whose links the test of the site checks. */
function isGenerated(page: string, link: string): boolean {
  return join(dirname(page), link).startsWith(`docs/${API_FOLDER}/`);
}

describe('the documentation pages', () => {
  it('have no broken links', () =>
    eachRow(PAGES, (page) => {
      const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      const broken = links
        .filter((link) => !/^[a-z]+:/.test(link) && !isGenerated(page, link))
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

describe.each(['docs/recipes', 'docs/concepts', 'docs/reference'])('%s/index.md', (folder) => {
  it('links to each page of its folder once', () => {
    const links = [...textOf(`${folder}/index.md`).matchAll(/\]\(([\w-]+\.md)\)/g)];
    const pages = readdirSync(inRoot(folder)).filter((file) => file.endsWith('.md'));
    const listed = [...links.map(([, page = '']) => page), 'index.md'];
    expect(listed.sort()).toEqual(pages.sort());
  });
});

describe.each([
  ['docs/reference/asvs.md', 50],
  ['docs/concepts/security-model.md', 10],
])('%s', (page, least) => {
  /** References `[file](../path)`, each with the titles of its tests up to the next reference. */
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

/** Returns the wings of the library, each with the wings that it may import, from the rules that lint checks. */
function wingImports(): Map<string, string[]> {
  const { forbidden } = createRequire(__filename)('../.dependency-cruiser.cjs') as {
    forbidden: { name: string; to: { path?: string } }[];
  };
  const rules = forbidden.flatMap(({ name, to }) => {
    const [, wing] = /^(.+)-imports-no-other-feature$/.exec(name) ?? [];
    const [, others = ''] = /\/\((.+)\)\/$/.exec(to.path ?? '') ?? [];
    return wing === undefined ? [] : [[wing, others.split('|')] as const];
  });
  const all = rules.map(([wing]) => wing);
  return new Map(
    rules.map(([wing, others]) => [wing, all.filter((it) => it !== wing && !others.includes(it))]),
  );
}

describe('docs/architecture.md', () => {
  const text = textOf('docs/architecture.md');

  it('names only files and folders that exist', () => {
    const paths = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+)`/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(20);
    const exists = (path: string) =>
      ['', 'libs/session/src'].some((folder) => existsSync(inRoot(join(folder, path))));
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });

  it('shows every wing and every import between two of them', () => {
    const [, picture = ''] = /```mermaid\n([^]*?)```/.exec(sourceOf('docs/architecture.md')) ?? [];
    const wings = wingImports();
    const allowed = [...wings].flatMap(([wing, imports]) =>
      imports.map((imported) => `${wing} --> ${imported}`),
    );
    const shown = [
      ...picture.matchAll(/^ *([\w-]+(?: & [\w-]+)*) --> ([\w-]+(?: & [\w-]+)*)$/gm),
    ].flatMap(([, from = '', to = '']) =>
      from.split(' & ').flatMap((one) => to.split(' & ').map((other) => `${one} --> ${other}`)),
    );
    const toCore = [...wings.keys()].map((wing) => `${wing} --> core`);
    expect([...shown].sort()).toEqual([...allowed, ...toCore].sort());
  });

  it('links each of the 11 invariants to its tests', async () => {
    const rows = text.split('\n').filter((line) => /^\| \d+\. .*\]\(/.test(line));
    expect(rows).toHaveLength(11);
    await eachRow(rows, (row) => {
      const tests = [...row.matchAll(/\]\(\.\.\/(\S+?)\)/g)].map(([, file = '']) => file);
      expect(tests.filter((file) => !file.endsWith('spec.ts'))).toEqual([]);
    });
  });
});
