import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../tools/repository-root.js';

describe('the example of a session store on PostgreSQL', () => {
  const source = readFileSync(join(__dirname, 'postgres-session.store.ts'), 'utf8');

  it('takes fewer than 100 lines', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThan(100);
  });

  it('is what the documentation shows', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/recipes/own-store.md'), 'utf8');

    expect(page).toContain(`\`\`\`ts\n${source}\`\`\``);
  });
});
