import { spawn } from 'node:child_process';
import { freePort } from '../../../tools/processes/free-port';
import { LastLines } from '../../../tools/processes/last-lines';
import { onOutputLine } from '../../../tools/processes/output-lines';
import { processExit } from '../../../tools/processes/process-exit';
import { terminate } from '../../../tools/processes/terminate';
import { eventually } from '../../../tools/testing/eventually';

/** Time from SIGTERM to SIGKILL, in milliseconds. */
const STOP_TIMEOUT_MS = 5_000;

/**
 * Runs the compiled project while `use` is pending.
 *
 * @param use Gets the URL of the server.
 * @throws Error with the end of the project's output when it does not answer
 */
export async function withRunningProject(
  folder: string,
  node: string,
  environment: NodeJS.ProcessEnv,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const child = spawn(node, ['dist/main.js'], {
    cwd: folder,
    env: { ...process.env, ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = new LastLines();
  onOutputLine(child, (line) => {
    output.push(line);
  });
  const exited = processExit(child);
  const url = `http://127.0.0.1:${port}`;
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error('The process has ended.');
      return fetch(url).then(
        () => true,
        () => false,
      );
    });
    await use(url);
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\nLast lines of the project:\n${output.toString()}`,
      {
        cause: error,
      },
    );
  } finally {
    await terminate(child, exited, STOP_TIMEOUT_MS);
  }
}
