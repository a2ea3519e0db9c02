import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPackage } from '../../../tools/package/build-package';
import { runCommand } from '../../../tools/processes/run-command';

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

/** Builds the package in a folder, and packs it. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const build = join(folder, 'build');
  await mkdir(build, { recursive: true });
  await buildPackage(build);
  const lines: string[] = [];
  await runCommand(
    'npm',
    ['pack', build, '--json', '--loglevel', 'error', '--pack-destination', folder],
    {
      onLine: (line) => lines.push(line),
    },
  );
  const [report] = JSON.parse(lines.join('\n')) as [PackReport];
  const { filename, files, ...sizes } = report;
  return {
    tarball: join(folder, filename),
    files: files.map(({ path }) => path).sort(),
    ...sizes,
  };
}
