import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';

/** Folder of installations that later runs need again. */
export const testCache = join(tmpdir(), 'nest-sessions-package-tests');

const OPTIONS = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error'];

/** Installs packages in a folder. Takes downloads of earlier installations. */
export function npmInstall(folder: string, ...args: readonly string[]): Promise<void> {
  return runCommand('npm', ['install', ...OPTIONS, ...args], { cwd: folder });
}

/** Returns the folder of a package that this workspace does not depend on, in an exact version. */
export async function cachedPackage(name: string, version: string): Promise<string> {
  const folder = join(testCache, `${name.replaceAll(/\W+/g, '-')}-${version}`);
  if (!existsSync(folder)) {
    await mkdir(testCache, { recursive: true });
    const installed = await mkdtemp(`${folder}-`);
    await npmInstall(installed, '--prefix', installed, '--no-save', `${name}@${version}`);
    // Another test may have installed it meanwhile.
    await rename(installed, folder).catch(() => rm(installed, { recursive: true }));
  }
  return join(folder, 'node_modules', name);
}
