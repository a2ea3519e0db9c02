import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from '../../../tools/package/build-package';
import { runCommand } from '../../../tools/processes/run-command';
import { repositoryRoot } from '../../../tools/repository-root';
import { cachedFolder } from './cached-folder';
import { npmEnvironment } from './npm';

/** Package as npm would publish it. */
export interface PackedPackage {
  /** File that `npm install` takes. */
  readonly tarball: string;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
  /** Bytes of the tarball. */
  readonly size: number;
  /** Bytes of the files. */
  readonly unpackedSize: number;
}

/** Report of `npm pack --json` about one package. */
interface PackReport {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Files and folders from which the package is built. */
const SOURCES = [
  ...['libs/session', 'tools/package', 'package.json', 'package-lock.json', 'tsconfig.json'],
  ...['CHANGELOG.md', 'LICENSE'],
];

const REPORT = 'report.json';

/** Builds and packs the package. Test files that run on the same sources share one build. */
export async function packPackage(): Promise<PackedPackage> {
  const folder = await cachedFolder(`packed-${await hashOf(SOURCES)}`, pack);
  const [report] = JSON.parse(await readFile(join(folder, REPORT), 'utf8')) as [PackReport];
  const { filename, files, ...sizes } = report;
  return {
    tarball: join(folder, filename),
    files: files.map(({ path }) => path).sort(),
    ...sizes,
  };
}

async function pack(folder: string): Promise<void> {
  const build = await mkdtemp(join(tmpdir(), 'built-package-'));
  try {
    await buildPackage(build);
    const report: string[] = [];
    await runCommand('npm', ['pack', build, '--json', '--pack-destination', folder], {
      env: npmEnvironment,
      onLine: (line) => report.push(line),
    });
    await writeFile(join(folder, REPORT), report.join('\n'));
  } finally {
    await rm(build, { recursive: true, force: true });
  }
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesIn(join(repositoryRoot, path))) {
      hash.update(`${file}\n`).update(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Returns the files in a folder, or the file itself. */
async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name))
    .sort();
}
