import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder';
import { redisBinaryVersion } from './redis-version';

describe('the version of Redis', () => {
  const folder = temporaryFolder();

  /** Writes a program that prints a server's version text. */
  const program = (words: string) => {
    const file = join(folder(), 'server');
    writeFileSync(file, `#!/bin/sh\necho '${words}'\n`, { mode: 0o755 });
    return file;
  };

  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', '7.0.15'],
    ['Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', '8.1.1'],
  ])('is read from: %s', async (words, version) => {
    await expect(redisBinaryVersion(program(words))).resolves.toBe(version);
  });

  it('is not guessed from other output', async () => {
    await expect(redisBinaryVersion(program('hello'))).rejects.toThrow('hello');
  });
});
