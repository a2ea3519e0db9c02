import { readFileSync } from 'node:fs';

/** Whether a process still runs. A process that has ended but is not yet collected does not run. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** proc_pid_stat(5): the state follows the program's name, which is in parentheses. */
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
