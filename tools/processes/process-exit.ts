import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** Result of a process: an exit code, or the signal that ended it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Time to wait for output, in milliseconds, after the end of a process that left a child holding its stdout.
 */
const OUTPUT_GRACE_MS = 1000;

/** Resolves when a child process has ended and, as a rule, all its output has been read. */
export async function processExit(child: ChildProcess): Promise<ProcessExit> {
  const closed = once(child, 'close');
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  await Promise.race([closed, delay(OUTPUT_GRACE_MS, undefined, { ref: false })]);
  return { code, signal };
}

/** Describes an exit in words that complete 'it …': 'ended with code 1', 'was ended by SIGKILL'. */
export function describeExit({ code, signal }: ProcessExit): string {
  return signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`;
}
