import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';

/** Files that later runs need again. */
export const testCache = join(tmpdir(), 'nest-sessions-package-tests');

/** Oldest release of each supported line, and the newest line. */
export const NODE_RELEASES = ['20.19.0', '22.12.0', '24.21.0'] as const;

/** Returns the program of a Node.js release, from npm's package `node`. */
export async function nodeRelease(version: string): Promise<string> {
  const folder = join(testCache, `node-${version}`);
  const program = 'node_modules/node/bin/node';
  if (!existsSync(join(folder, program))) {
    await mkdir(testCache, { recursive: true });
    const installed = await mkdtemp(`${folder}-`);
    const options = ['--prefix', installed, '--no-audit', '--no-fund', '--no-save'];
    await runCommand('npm', ['install', `node@${version}`, ...options]);
    // Another test may have installed it meanwhile.
    await rename(installed, folder).catch(() => rm(installed, { recursive: true }));
  }
  return join(folder, program);
}
