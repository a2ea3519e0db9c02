import { type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Calls `listener` with each line that a child process prints, on stdout or stderr. */
export function onOutputLine(child: ChildProcess, listener: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', listener);
  }
}
