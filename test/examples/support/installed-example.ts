import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../../tools/repository-root';
import { cachedFolder } from '../../package/support/cached-folder';
import { npmInstall } from '../../package/support/npm';
import { type Example, filesOf, textIn } from './examples';

/**
 * Copies an example out of the repository, and installs the package there like a stranger. The installation
 * of all other packages is kept for later runs of this working copy.
 *
 * @returns folder of the copy, valid until the next call for the same example
 */
export async function installedExample(example: Example, tarball: string): Promise<string> {
  const key = createHash('sha256')
    .update(repositoryRoot)
    .update(textIn(example, 'package.json'))
    .digest('hex')
    .slice(0, 12);
  const project = await cachedFolder(`example-${example.name}-${key}`, async (folder) => {
    await copySources(example, folder);
    await npmInstall(folder, '--no-save', tarball);
  });
  for (const name of await readdir(project)) {
    if (name !== 'node_modules') await rm(join(project, name), { recursive: true });
  }
  await copySources(example, project);
  await rm(join(project, 'node_modules/nest-sessions'), { recursive: true, force: true });
  await npmInstall(project, '--no-save', tarball);
  return project;
}

async function copySources(example: Example, folder: string): Promise<void> {
  for (const file of filesOf(example)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(example.folder, file), join(folder, file));
  }
}
