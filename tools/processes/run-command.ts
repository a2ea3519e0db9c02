import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { LastLines } from './last-lines';
import { onOutputLine } from './output-lines';
import { describeExit } from './process-exit';

export interface RunCommandOptions {
  readonly cwd?: string;
  /** Complete environment of the command. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Keeps a Ctrl-C in the terminal from the command. @default false */
  readonly detached?: boolean;
  readonly onLine?: (line: string) => void;
  /** Ends the command with SIGTERM when aborted; the promise then rejects with an AbortError. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program, without a shell, until it ends.
 *
 * @throws Error with the end of the program's output when the program cannot start or its exit code is not 0
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  { onLine, ...options }: RunCommandOptions = {},
): Promise<void> {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = new LastLines();
  onOutputLine(child, (line) => {
    output.push(line);
    onLine?.(line);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) {
    const command = [basename(file), ...args].join(' ');
    throw new Error(`\`${command}\` ${describeExit({ code, signal })}:\n${output.toString()}`);
  }
}
