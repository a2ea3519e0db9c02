import { fork } from 'node:child_process';
import { LastLines } from '../../../tools/processes/last-lines';
import { onOutputLine } from '../../../tools/processes/output-lines';
import { describeExit, processExit } from '../../../tools/processes/process-exit';

/**
 * Runs a script in a process of its own, which sends one message.
 *
 * @throws Error with the output of the process when it fails
 */
export async function messageOfChild<M>(script: string, args: readonly string[]): Promise<M> {
  const child = fork(script, args, {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = new LastLines();
  onOutputLine(child, (line) => {
    output.push(line);
  });
  let received: M | undefined;
  child.on('message', (message) => {
    received = message as M;
  });
  const exit = await processExit(child);
  if (received !== undefined && exit.code === 0) return received;
  throw new Error(`The process of ${script} ${describeExit(exit)}:\n${output.toString()}`);
}
