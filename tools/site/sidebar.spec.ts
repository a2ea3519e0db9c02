import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder';
import { navigationOf, sidebarOf } from './sidebar';

describe('the sidebar', () => {
  const folder = temporaryFolder();

  function write(...files: string[]): void {
    for (const file of files) {
      const path = join(folder(), file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `# ${file}`);
    }
  }

  it('has a group for each folder with pages, in reading order', () => {
    write('reference/options.md', 'recipes/roles.md', 'start/first.md', 'concepts/token.md');
    expect(sidebarOf(folder()).map(({ text }) => text)).toEqual([
      'Start here',
      'Recipes',
      'Concepts',
      'Reference',
    ]);
  });

  it('links to pages without their extension', () => {
    write('start/first.md', 'faq.md');
    expect(sidebarOf(folder())).toEqual([
      { text: 'Start here', items: [{ text: 'start/first.md', link: '/start/first' }] },
      { text: 'Guides', items: [{ text: 'faq.md', link: '/faq' }] },
    ]);
  });

  it('lists the entry points below the API reference, at the end of the reference', () => {
    write(
      'reference/options.md',
      'api/index.md',
      'api/nest-sessions.md',
      'api/nest-sessions/rpc.md',
    );
    const [reference] = sidebarOf(folder());
    expect(reference?.items?.map(({ link }) => link)).toEqual(['/reference/options', '/api/']);
    expect(reference?.items?.[1]?.items?.map(({ link }) => link)).toEqual([
      '/api/nest-sessions',
      '/api/nest-sessions/rpc',
    ]);
  });

  it('rejects a folder with pages that belongs to no group', () => {
    write('public/readme.txt', 'drafts/idea.md');
    expect(() => sidebarOf(folder())).toThrow(
      'docs/drafts has pages and is in no group of the sidebar.',
    );
  });

  it('gives each group a link at the top, to its first page', () => {
    write('start/2-second.md', 'start/1-first.md', 'concepts/token.md');
    expect(navigationOf(sidebarOf(folder()))).toEqual([
      { text: 'Start here', link: '/start/1-first' },
      { text: 'Concepts', link: '/concepts/token' },
    ]);
  });
});
