import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { repositoryRoot } from '../../../tools/repository-root';

/** Major versions of the Nest CLI that users have. */
export const NEST_CLI_VERSIONS = ['12', '11'] as const;

/** Release of the version that the workspace does not have. */
const RELEASE_11 = '11.0.24';

const PROGRAM = 'node_modules/@nestjs/cli/bin/nest.js';

/** Returns the program of the Nest CLI: the workspace's, or another that is installed once into a cache. */
export async function nestCli(version: (typeof NEST_CLI_VERSIONS)[number]): Promise<string> {
  if (version === '12') return join(repositoryRoot, PROGRAM);
  const cache = join(tmpdir(), 'nest-sessions-package-tests');
  const folder = join(cache, `nest-cli-${RELEASE_11}`);
  if (!existsSync(join(folder, PROGRAM))) {
    await mkdir(cache, { recursive: true });
    const installed = await mkdtemp(`${folder}-`);
    const options = ['--prefix', installed, '--no-audit', '--no-fund', '--no-save'];
    await runCommand('npm', ['install', `@nestjs/cli@${RELEASE_11}`, ...options]);
    // Another test may have installed it meanwhile.
    await rename(installed, folder).catch(() => rm(installed, { recursive: true }));
  }
  return join(folder, PROGRAM);
}
