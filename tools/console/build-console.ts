import { readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runCommand } from '../processes/run-command';
import { repositoryRoot } from '../repository-root';
import { type BuiltFiles, firstLoad } from './first-load';

/** Folder of the console's sources. */
const sources = join(repositoryRoot, 'libs/session/console-ui');

/** Folder of the built console, from which the server sends its files. */
export const consoleFolder = join(sources, 'dist');

/** Limit of the files that a first visit loads before it shows the sign-in page, in bytes with gzip. */
const MOST_BYTES = 150 * 1024;

/** List of the built files. It is for this build only, and no part of the result. */
const MANIFEST = 'manifest.json';

/** Size of a built console. */
export interface ConsoleSize {
  /** Bytes with gzip that the first visit loads. */
  readonly firstLoad: number;
  /** Bytes with gzip of all files. */
  readonly all: number;
}

/**
 * Builds the console's pages, in a process of its own: Vite is an ES module.
 *
 * @param folder Replaced by the build.
 * @throws Error when the first load exceeds its limit
 */
export async function buildConsole(folder = consoleFolder): Promise<ConsoleSize> {
  const vite = join(dirname(createRequire(__filename).resolve('vite/package.json')), 'bin/vite.js');
  const options = ['--outDir', folder, '--manifest', MANIFEST, '--logLevel', 'warn'];
  // Test runners set another one, with which React is twice as large.
  const env = { ...process.env, NODE_ENV: 'production' };
  await runCommand(process.execPath, [vite, 'build', ...options], { cwd: sources, env });
  const files = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as BuiltFiles;
  await rm(join(folder, MANIFEST));
  const size = {
    firstLoad: await sizeOf(folder, firstLoad(files)),
    all: await sizeOf(folder, await filesIn(folder)),
  };
  if (size.firstLoad > MOST_BYTES) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(
      `The first load of the console is ${size.firstLoad} bytes with gzip; the limit is ${MOST_BYTES}. Load more of it with lazy(), or use smaller packages.`,
    );
  }
  return size;
}

async function sizeOf(folder: string, names: Iterable<string>): Promise<number> {
  const contents = await Promise.all([...names].map((name) => readFile(join(folder, name))));
  return contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name).slice(folder.length + 1));
}
