import { readFileSync } from 'node:fs';
import { join } from 'node:path';

describe('the example of a session store on PostgreSQL', () => {
  const source = readFileSync(join(__dirname, 'postgres-session.store.ts'), 'utf8');

  it('takes fewer than 100 lines', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThan(100);
  });
});
