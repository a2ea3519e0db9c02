import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder with the pages of a console as a build leaves them, for the tests of the enclosing `describe`.
 *
 * @param others Contents of further files, by their paths.
 */
export function builtPages(others: Readonly<Record<string, string>> = {}): () => string {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-'));
    await mkdir(join(folder, 'assets'));
    const head = '<base href="/" /><meta name="nest-sessions-console" content="{}" />';
    const files = {
      'index.html': `<!doctype html><html><head>${head}</head></html>`,
      'icon.svg': '<svg/>',
      ...others,
    };
    for (const [path, content] of Object.entries(files)) {
      await writeFile(join(folder, path), content);
    }
  });

  afterAll(() => rm(folder, { recursive: true }));

  return () => folder;
}
