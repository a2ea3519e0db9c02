import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { repositoryRoot } from '../../../tools/repository-root';

/** Copies the files of the working copy that Git tracks, or would add, into a new folder. */
export async function clonedRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cloned-repository-'));
  const files: string[] = [];
  await runCommand('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    onLine: (line) => files.push(line),
  });
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(repositoryRoot, file), join(folder, file));
  }
  return folder;
}
