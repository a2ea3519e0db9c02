import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * The number of a process that has just been spawned.
 *
 * @throws Error that says why it could not be started
 */
export async function childPid(child: ChildProcess): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  const [reason] = (await once(child, 'error')) as [Error];
  throw reason;
}
