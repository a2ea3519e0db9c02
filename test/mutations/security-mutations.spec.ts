import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eachRow } from '../../tools/testing/each-row';
import { repositoryRoot } from '../../tools/repository-root';
import { SECURITY_MUTATIONS } from './security-mutations';

describe('the security mutations', () => {
  it('each change one place of the source that is there', () =>
    eachRow(
      SECURITY_MUTATIONS,
      async ({ file, find }) => {
        const source = await readFile(join(repositoryRoot, file), 'utf8');
        expect(source.split(find)).toHaveLength(2);
      },
      ({ defect, file }) => `${defect}: ${file}`,
    ));
});
