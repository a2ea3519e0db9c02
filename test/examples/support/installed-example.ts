import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../../tools/repository-root';
import { packageTestCache } from '../../package/support/cached-folder';
import { npmInstall } from '../../package/support/npm';
import { type Example, filesOf, textIn } from './examples';

/**
 * Copies an example out of the repository, and installs the package there like a stranger. The installation
 * of all other packages is kept for later runs.
 *
 * @returns folder of the copy, valid until the next call for the same example
 */
export async function installedExample(example: Example, tarball: string): Promise<string> {
  const key = createHash('sha256')
    .update(repositoryRoot)
    .update(textIn(example, 'package.json'))
    .digest('hex')
    .slice(0, 12);
  const folder = join(packageTestCache, `example-${example.name}-${key}`);
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name !== 'node_modules') await rm(join(folder, name), { recursive: true });
  }
  for (const file of filesOf(example)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(example.folder, file), join(folder, file));
  }
  await rm(join(folder, 'node_modules/nest-sessions'), { recursive: true, force: true });
  await npmInstall(folder, '--no-save', tarball);
  return folder;
}
