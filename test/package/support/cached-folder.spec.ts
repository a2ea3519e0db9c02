import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from './cached-folder';

/** Process id that no system gives to a process. */
const ENDED = String(2 ** 30);

describe('cachedFolder', () => {
  const folders: string[] = [];
  afterEach(() => Promise.all(folders.splice(0).map((it) => rm(it, { recursive: true }))));

  /** Returns the content of a cached folder, and how often it was filled. */
  async function filledTwice(name: string): Promise<{ contents: string[]; fills: number }> {
    let fills = 0;
    const fill = async (folder: string) => {
      fills += 1;
      await writeFile(join(folder, 'content'), 'complete');
    };
    const found = await Promise.all([cachedFolder(name, fill), cachedFolder(name, fill)]);
    folders.push(...new Set(found));
    const contents = await Promise.all(found.map((it) => readFile(join(it, 'content'), 'utf8')));
    return { contents, fills };
  }

  it('fills a folder once for concurrent callers', async () => {
    const { contents, fills } = await filledTwice(`spec-${randomUUID()}`);
    expect(contents).toEqual(['complete', 'complete']);
    expect(fills).toBe(1);
  });

  it('keeps no folder that could not be filled, and fills it at the next call', async () => {
    const name = `spec-${randomUUID()}`;
    let incomplete = '';
    const failure = cachedFolder(name, (folder) => {
      incomplete = folder;
      return Promise.reject(new Error('no network'));
    });
    await expect(failure).rejects.toThrow('no network');
    expect(existsSync(incomplete)).toBe(false);
    expect((await filledTwice(name)).fills).toBe(1);
  });

  it('does not wait for a process that has ended', async () => {
    const name = `spec-${randomUUID()}`;
    const folder = await cachedFolder(name, () => Promise.resolve());
    await rm(folder, { recursive: true });
    await symlink(ENDED, `${folder}.lock`);
    expect((await filledTwice(name)).fills).toBe(1);
  });
});
