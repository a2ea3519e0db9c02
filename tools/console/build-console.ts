import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { repositoryRoot } from '../repository-root';
import { type BuiltFile, firstLoad } from './first-load';

/** Folder of the console's sources. */
const sources = join(repositoryRoot, 'libs/session/console-ui');

/** Folder of the built console, from which the server sends its files. */
export const consoleFolder = join(sources, 'dist');

/** Limit of the files that a first visit loads before it shows the sign-in page, in bytes with gzip. */
const MOST_BYTES = 150 * 1024;

/** Size of a built console. */
export interface ConsoleSize {
  /** Bytes with gzip that the first visit loads. */
  readonly firstLoad: number;
  /** Bytes with gzip of all files. */
  readonly all: number;
}

/**
 * Builds the console's pages.
 *
 * @throws Error when the first load exceeds its limit
 */
export async function buildConsole(folder = consoleFolder): Promise<ConsoleSize> {
  const { build } = await import('vite');
  const { output } = (await build({
    configFile: join(sources, 'vite.config.mts'),
    logLevel: 'warn',
    build: { outDir: folder },
  })) as { output: readonly BuiltFile[] };
  const sizeOf = (names: Iterable<string>) => {
    const files = new Set(names);
    return output
      .filter(({ fileName }) => files.has(fileName))
      .map((file) => gzipSync(file.code ?? file.source ?? '').length)
      .reduce((sum, size) => sum + size, 0);
  };
  const size = {
    firstLoad: sizeOf(firstLoad(output)),
    all: sizeOf(output.map(({ fileName }) => fileName)),
  };
  if (size.firstLoad > MOST_BYTES) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(
      `The first load of the console is ${size.firstLoad} bytes with gzip; the limit is ${MOST_BYTES}. Load more of it with lazy(), or use smaller packages.`,
    );
  }
  return size;
}
