import type { Redis } from 'ioredis';
import { commandsDuring } from './command-stats';

/** Commands that the log keeps: more than any measurement sends. */
const KEPT = 200_000;

/** Commands of a measurement that took long. */
export interface SlowCommands {
  /** Number of all commands. */
  readonly commands: number;
  /** Number of commands that took a millisecond or more. */
  readonly fromMillisecond: number;
  /** The longest command in microseconds, and its name; 0 when none took 100 µs. */
  readonly longest: number;
  readonly name: string;
}

/** Returns the longest single commands of a server while `call` runs (SLOWLOG). */
export async function slowCommandsDuring(
  client: Redis,
  call: () => Promise<unknown>,
): Promise<SlowCommands> {
  await client.config('SET', 'slowlog-max-len', KEPT);
  await client.config('SET', 'slowlog-log-slower-than', 100);
  await client.slowlog('RESET');
  const stats = await commandsDuring(client, call);
  await client.config('SET', 'slowlog-log-slower-than', -1);
  const entries = (await client.slowlog('GET', -1)) as [number, number, number, string[]][];
  const found = entries
    .map(([, , micros, [name = '']]) => ({ micros, name: name.toLowerCase() }))
    .filter(({ name }) => name !== 'config' && name !== 'slowlog');
  const [longest = { micros: 0, name: 'none' }] = found.toSorted((a, b) => b.micros - a.micros);
  return {
    commands: stats.reduce((sum, { calls }) => sum + calls, 0),
    fromMillisecond: found.filter(({ micros }) => micros >= 1_000).length,
    longest: longest.micros,
    name: longest.name,
  };
}
