import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder';
import { pagesIn } from './site-pages';

describe('the pages of a folder', () => {
  const folder = temporaryFolder();

  function write(file: string, text: string): void {
    const path = join(folder(), file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  it('take their titles from their first headings, as plain text', () => {
    write(
      'a.md',
      'Text\n\n```sh\n# comment\n```\n\n# Use `@Roles()` with [Nest](https://nestjs.com)\n',
    );
    expect(pagesIn(folder(), '')).toEqual([{ file: 'a.md', title: 'Use @Roles() with Nest' }]);
  });

  it('are ordered by front matter, then by number, then by title', () => {
    write('recipes/02-second.md', '# Z');
    write('recipes/third.md', '---\norder: 3\n---\n\n# A');
    write('recipes/09-first.md', '---\norder: 1\n---\n\n# Y');
    write('recipes/b.md', '# B');
    write('recipes/c.md', '# AA');
    const titles = pagesIn(folder(), 'recipes').map(({ title }) => title);
    expect(titles).toEqual(['Y', 'Z', 'A', 'AA', 'B']);
  });

  it('leave out the start page, subfolders and other files', () => {
    write('index.md', '# Start');
    write('deep/page.md', '# Deep');
    write('picture.svg', '<svg/>');
    expect(pagesIn(folder(), '')).toEqual([]);
    expect(pagesIn(folder(), 'missing')).toEqual([]);
  });

  it('reject a page without a title, and an order that is no number', () => {
    write('untitled.md', 'Text');
    expect(() => pagesIn(folder(), '')).toThrow(
      "docs/untitled.md has no title. Begin it with a heading: '# Title'.",
    );
    write('untitled.md', '---\norder: first\n---\n\n# Title');
    expect(() => pagesIn(folder(), '')).toThrow(
      "docs/untitled.md: 'order' in its front matter must be a number, such as 'order: 2'.",
    );
  });
});
