import { type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** Allows this Node process to end while the child process and its pipes still exist. */
export function unrefChild(child: ChildProcess): void {
  child.unref();
  for (const pipe of pipesOf(child)) pipe.unref();
}

/** Undoes {@link unrefChild}, for code that waits for the child's end. */
export function refChild(child: ChildProcess): void {
  child.ref();
  for (const pipe of pipesOf(child)) pipe.ref();
}

function pipesOf(child: ChildProcess): Socket[] {
  return child.stdio.filter((stream) => stream instanceof Socket);
}
