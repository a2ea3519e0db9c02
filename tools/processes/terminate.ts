import { type ChildProcess } from 'node:child_process';
import { refChild } from './child-references';
import { type ProcessExit } from './process-exit';

/**
 * Ends a child process: SIGTERM, and SIGKILL when that has not ended it in time. Does nothing to
 * one that has ended already.
 *
 * @param exited what {@link processExit} gave when the process was started
 * @param timeout milliseconds from SIGTERM to SIGKILL
 */
export async function terminate(
  child: ChildProcess,
  exited: Promise<ProcessExit>,
  timeout: number,
): Promise<ProcessExit> {
  refChild(child);
  child.kill('SIGTERM');
  // A process that a test has frozen with SIGSTOP takes no other signal until it goes on.
  child.kill('SIGCONT');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), timeout);
  try {
    return await exited;
  } finally {
    clearTimeout(killTimer);
  }
}
