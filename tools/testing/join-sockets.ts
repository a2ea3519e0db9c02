import type { Socket } from 'node:net';

/** Relays two connections to each other in both directions. When one ends or fails, so does the other. */
export function joinSockets(one: Socket, other: Socket): void {
  for (const socket of [one, other]) socket.on('error', () => socket.destroy());
  one.pipe(other).pipe(one);
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
}
