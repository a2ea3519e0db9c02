import { spawn } from 'node:child_process';
import { unrefChild } from './child-references';

/**
 * Waits for one line on stdin. The end of the input without one means that the process at the
 * other end of the pipe is gone, whatever ended it: the kernel closes the pipe even after SIGKILL.
 */
const WATCHER_SCRIPT = 'read -r released || { kill -KILL "$1"; rm -rf -- "$2"; }';

/**
 * Has a process killed, and its folder removed, when this Node process ends in any way: exit,
 * exception, or a signal that cannot be caught. Works wherever there is a POSIX shell.
 *
 * A handler of `exit` would miss the signals, and Linux's PR_SET_PDEATHSIG follows the thread that
 * started the child and is missing elsewhere; a shell at the end of a pipe has neither limit.
 *
 * @returns a function to call once the process has ended, so that its number, which the system may
 * give to another, is left alone
 */
export function endWithThisProcess(pid: number, folder: string): () => void {
  const watcher = spawn('/bin/sh', ['-c', WATCHER_SCRIPT, 'watcher', String(pid), folder], {
    // In a group of its own a Ctrl-C in the terminal does not end it before its work is done.
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
  // Nothing to do: see where it is used.
}
