import { type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** Lets this Node process come to its end while the child process and its pipes are still there. */
export function unrefChild(child: ChildProcess): void {
  child.unref();
  for (const pipe of pipesOf(child)) pipe.unref();
}

/** Undoes {@link unrefChild}, for who waits for the child's end. */
export function refChild(child: ChildProcess): void {
  child.ref();
  for (const pipe of pipesOf(child)) pipe.ref();
}

function pipesOf(child: ChildProcess): Socket[] {
  return child.stdio.filter((stream) => stream instanceof Socket);
}
