import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readlink, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning } from '../../../tools/testing/is-running';

/** Folder of what later runs and other test files need again. */
const cache = join(tmpdir(), 'nest-sessions-package-tests');

/** Interval in which a test file checks whether another one has filled the folder, in milliseconds. */
const CHECK_INTERVAL_MS = 200;

/**
 * Returns a folder of the cache. Test files that need the same folder at once wait for the first of them.
 *
 * @param name Contains the versions of everything in the folder.
 * @param fill Creates the content, if the folder does not exist yet.
 */
export async function cachedFolder(
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name);
  const lock = `${folder}.lock`;
  await mkdir(cache, { recursive: true });
  while (!existsSync(folder)) {
    if (await acquired(lock)) {
      await filled(folder, fill).finally(() => rm(lock, { force: true }));
    } else {
      await delay(CHECK_INTERVAL_MS);
    }
  }
  return folder;
}

/** Creates a lock that names this process. A lock of a process that has ended is removed. */
async function acquired(lock: string): Promise<boolean> {
  try {
    await symlink(String(process.pid), lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = await readlink(lock).catch(() => null);
    if (owner !== null && !isRunning(Number(owner))) await rm(lock, { force: true });
    return false;
  }
}

/** Fills a folder under another name, so that a failure leaves no incomplete folder. */
async function filled(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  const incomplete = await mkdtemp(`${folder}.`);
  try {
    await fill(incomplete);
    await rename(incomplete, folder);
  } catch (error) {
    await rm(incomplete, { recursive: true });
    throw error;
  }
}
