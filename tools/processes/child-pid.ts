import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Returns the process id of a process that has just been spawned.
 *
 * @throws Error with the reason why the process could not be started
 */
export async function childPid(child: ChildProcess): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  const [reason] = (await once(child, 'error')) as [Error];
  throw reason;
}
