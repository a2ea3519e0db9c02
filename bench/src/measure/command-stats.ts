import type { Redis } from 'ioredis';

/** Calls of a command since the last reset, and the server's time for all of them. */
export interface CommandStats {
  readonly name: string;
  readonly calls: number;
  /** Microseconds. */
  readonly micros: number;
}

/** Returns the commands of a server while `call` runs. Commands of other clients count as well. */
export async function commandsDuring(
  client: Redis,
  call: () => Promise<unknown>,
): Promise<readonly CommandStats[]> {
  await client.config('RESETSTAT');
  await call();
  return statsIn(await client.info('commandstats'));
}

/** Returns the server's time for all commands of a call, in milliseconds. */
export async function serverTime(client: Redis, call: () => Promise<unknown>): Promise<number> {
  return millisecondsOf(await commandsDuring(client, call));
}

/** Sums up the server's time in milliseconds. */
export function millisecondsOf(stats: readonly CommandStats[]): number {
  return stats.reduce((sum, { micros }) => sum + micros, 0) / 1_000;
}

function statsIn(info: string): CommandStats[] {
  return [...info.matchAll(/^cmdstat_(\S+?):calls=(\d+),usec=(\d+)/gm)]
    .map(([, name = '', calls, micros]) => ({ name, calls: Number(calls), micros: Number(micros) }))
    .filter(({ name }) => !name.startsWith('config') && name !== 'info');
}
