import { spawn } from 'node:child_process';
import { unrefChild } from './child-references';

/**
 * Waits for one line on stdin. If the input ends without a line, the process at the other end of the pipe is
 * gone. The kernel closes the pipe however that process ends, even after SIGKILL.
 */
const WATCHER_SCRIPT = 'read -r released || { kill -KILL "$1"; rm -rf -- "$2"; }';

/**
 * Kills a process and removes its folder when this Node process ends for any reason: exit, exception, or a
 * signal that cannot be caught. Works on every system with a POSIX shell.
 *
 * A handler of `exit` would miss the signals. Linux's PR_SET_PDEATHSIG follows the thread that started the
 * child, and other systems lack it. A shell at the end of a pipe has neither limit.
 *
 * @returns a function to call once the process has ended, so that the watcher leaves its process id alone,
 * which the system may reuse
 */
export function endWithThisProcess(pid: number, folder: string): () => void {
  const watcher = spawn('/bin/sh', ['-c', WATCHER_SCRIPT, 'watcher', String(pid), folder], {
    // In its own group, a Ctrl-C in the terminal does not end the watcher before its work is done.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A system without a shell loses the watcher, not the program: stop() still ends the process.
  watcher.on('error', ignore);
  watcher.stdin.on('error', ignore);
  unrefChild(watcher);
  return () => {
    watcher.stdin.end('released\n');
  };
}

function ignore(): void {
  // Nothing to do: each use explains why.
}
