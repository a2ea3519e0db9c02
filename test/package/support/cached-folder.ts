import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of what later runs and other test files need again. */
const cache = join(tmpdir(), 'nest-sessions-package-tests');

/**
 * Returns a folder of the cache.
 *
 * @param name Contains the versions of everything in the folder.
 * @param fill Creates the content, if the folder does not exist yet.
 */
export async function cachedFolder(
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const filled = await mkdtemp(`${folder}.`);
  try {
    await fill(filled);
    await rename(filled, folder);
  } catch (error) {
    await rm(filled, { recursive: true });
    // Another test file has filled the folder meanwhile.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
