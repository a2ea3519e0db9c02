import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transpileModule } from 'typescript';
import { eachRow } from '../../tools/testing/each-row';
import { repositoryRoot } from '../../tools/repository-root';
import { SECURITY_MUTATIONS } from './security-mutations';

describe('security mutations', () => {
  it('change exactly one place in the source, and keep its syntax valid', () =>
    eachRow(
      SECURITY_MUTATIONS,
      async ({ file, find, replace }) => {
        const source = await readFile(join(repositoryRoot, file), 'utf8');
        expect(source.split(find)).toHaveLength(2);
        const mutated = source.replace(find, () => replace);
        if (file.endsWith('.ts')) expect(syntaxErrorsOf(mutated)).toEqual([]);
      },
      ({ defect, file }) => `${defect}: ${file}`,
    ));
});

function syntaxErrorsOf(text: string): unknown[] {
  const { diagnostics = [] } = transpileModule(text, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => messageText);
}
