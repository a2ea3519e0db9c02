import { type ChildProcess } from 'node:child_process';
import { refChild } from './child-references';
import { type ProcessExit } from './process-exit';

/**
 * Ends a child process: SIGTERM, then SIGKILL after a timeout. Does nothing to a process that has already
 * ended.
 *
 * @param exited result of {@link processExit} from the start of the process
 * @param timeout milliseconds from SIGTERM to SIGKILL
 */
export async function terminate(
  child: ChildProcess,
  exited: Promise<ProcessExit>,
  timeout: number,
): Promise<ProcessExit> {
  refChild(child);
  child.kill('SIGTERM');
  // A process that a test has frozen with SIGSTOP handles no other signal until it continues.
  child.kill('SIGCONT');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), timeout);
  try {
    return await exited;
  } finally {
    clearTimeout(killTimer);
  }
}
