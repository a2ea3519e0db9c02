import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../tools/repository-root';
import { documentationPages } from '../tools/site/documentation-pages';
import { isCurrent, QUOTATION, quotationsIn } from '../tools/site/quoted-code';
import { eachRow } from '../tools/testing/each-row';
import { blocksOf, fileOf, type PageBlock } from './pages/support/page-blocks';

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');

const pages = ['README.md', ...documentationPages()];

const quotations = pages.flatMap((page) =>
  quotationsIn(read(page)).map((quotation) => ({ page, ...quotation })),
);

/** Returns the files that specs import, directly or through other files, and the specs. */
function filesRunByTests(): Set<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(read(file), true, true).importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const path = join(file, '..', fileName.replace(/\.js$/, ''));
      const source = [`${path}.ts`, `${path}.tsx`, join(path, 'index.ts')].find((it) =>
        existsSync(join(repositoryRoot, it)),
      );
      if (source !== undefined) visit(source);
    }
  };
  for (const folder of ['apps', 'libs', 'test']) {
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /[.-]spec\.ts$/.test(file))
      .forEach((file) => {
        visit(join(folder, file));
      });
  }
  return found;
}

describe('the code on the pages', () => {
  it(`matches the quoted files: \`npm run docs:quote\` updates the pages`, () =>
    eachRow(
      quotations,
      (quotation) => {
        expect(isCurrent(quotation, read)).toBe(true);
      },
      ({ page, file }) => `${file} in ${page}`,
    ));

  it('follows each mark of a quotation', () =>
    eachRow(pages, (page) => {
      expect(read(page).replaceAll(QUOTATION, '')).not.toContain('<!-- code:');
    }));

  it('is quoted in the README and in recipes, and on start pages unless it is a file to write', () =>
    eachRow(
      pages.filter((page) => /^(README|docs\/(recipes|start)\/)/.test(page)),
      (page) => {
        const text = read(page).replaceAll(QUOTATION, '');
        const blocks = blocksOf(text).filter(({ language }) => /^[jt]sx?$/.test(language));
        // The files of start pages are written and run by test/pages.
        const isWritten = (block: PageBlock) => page.startsWith('docs/start/') && fileOf(block);
        expect(blocks.filter((block) => !isWritten(block))).toEqual([]);
      },
    ));

  it('is run by a test', () => {
    const run = filesRunByTests();
    // The README of each example is followed by test/examples, its own tests included.
    const isRun = (file: string) => file.startsWith('examples/') || run.has(file);
    expect(quotations.filter(({ file }) => !isRun(file))).toEqual([]);
  });
});
