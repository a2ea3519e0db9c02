import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transpileModule } from 'typescript';
import { eachRow } from '../../tools/testing/each-row';
import { repositoryRoot } from '../../tools/repository-root';
import { SECURITY_MUTATIONS, type SecurityMutation } from './security-mutations';

/** End of the names of the test files that a Jest project runs. */
const ENDS: Readonly<Record<SecurityMutation['tier'], string>> = {
  unit: '.spec.ts',
  integration: '.int-spec.ts',
  smoke: '.e2e-spec.ts',
  e2e: '.e2e-spec.ts',
  full: '.full-spec.ts',
};

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

  it('name tests that exist', async () => {
    const files = await sourceFiles();
    await eachRow(
      SECURITY_MUTATIONS,
      ({ tests, tier }) => {
        const pattern = new RegExp(`/${tests}`);
        const found = files.filter((file) => file.endsWith(ENDS[tier]) && pattern.test(file));
        expect(found).not.toEqual([]);
      },
      ({ defect, tests, tier }) => `${defect}: ${tier} tests at ${tests}`,
    );
  });
});

function syntaxErrorsOf(text: string): unknown[] {
  const { diagnostics = [] } = transpileModule(text, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => messageText);
}

/** Returns the paths of all files in the folders with tests, from the root of the repository. */
async function sourceFiles(): Promise<string[]> {
  const folders = ['apps', 'libs', 'test'].map(async (folder) => {
    const names = await readdir(join(repositoryRoot, folder), { recursive: true });
    return names.map((name) => `/${folder}/${name}`);
  });
  return (await Promise.all(folders)).flat();
}
