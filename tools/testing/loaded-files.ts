import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../processes/run-command';

interface CoverageReport {
  readonly result: readonly { readonly url: string }[];
}

/**
 * Runs a program in a Node.js process of its own, and returns the files of all modules that it loaded, in both
 * module formats. V8's coverage report names every script of the process.
 * https://nodejs.org/api/cli.html#node_v8_coveragedir
 *
 * @throws Error with the program's output when its exit code is not 0
 */
export async function loadedFiles(
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'loaded-files-'));
  try {
    await runCommand(process.execPath, ['--no-warnings', program], {
      env: { ...process.env, ...env, NODE_V8_COVERAGE: folder },
    });
    const reports = await Promise.all(
      (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
    );
    const urls = reports.flatMap((report) =>
      (JSON.parse(report) as CoverageReport).result.map(({ url }) => url),
    );
    return [
      ...new Set(urls.filter((url) => url.startsWith('file:')).map((it) => fileURLToPath(it))),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
