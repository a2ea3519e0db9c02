import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';

/**
 * Runs the program of an installed package.
 *
 * @param folder Folder of the package.
 * @throws Error with the end of the program's output when its exit code is not 0
 */
export async function runBin(folder: string, name: string, ...args: string[]): Promise<void> {
  const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bin === 'string' ? bin : bin[name];
  if (file === undefined) throw new Error(`${folder} has no program ${name}.`);
  await runCommand(process.execPath, [join(folder, file), ...args]);
}
