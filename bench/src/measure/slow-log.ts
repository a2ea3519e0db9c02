import type { Redis } from 'ioredis';
import { commandsDuring } from './command-stats';

/** Entries that the log keeps: more than any measurement writes. */
const KEPT = 200_000;

/** Duration from which the log keeps a command, in microseconds. */
export const KEPT_FROM = 100;

/** Durations of a command. They are wall-clock time: a server that waits for its core counts as well. */
export interface CommandDurations {
  readonly name: string;
  readonly calls: number;
  /** Microseconds on average. */
  readonly mean: number;
  /** Longest single call in microseconds; `null` when no call took 100 µs. */
  readonly longest: number | null;
}

/** Returns the commands of a server while `call` runs (`INFO commandstats`, `SLOWLOG`), the dearest first. */
export async function durationsDuring(
  client: Redis,
  call: () => Promise<unknown>,
): Promise<readonly CommandDurations[]> {
  await client.config('SET', 'slowlog-max-len', KEPT);
  await client.config('SET', 'slowlog-log-slower-than', KEPT_FROM);
  await client.slowlog('RESET');
  const stats = await commandsDuring(client, call);
  await client.config('SET', 'slowlog-log-slower-than', -1);
  const entries = (await client.slowlog('GET', -1)) as [number, number, number, string[]][];
  const longest = new Map<string, number>();
  for (const [, , micros, [command = '']] of entries) {
    const name = command.toLowerCase();
    longest.set(name, Math.max(micros, longest.get(name) ?? 0));
  }
  return stats
    .map(({ name, calls, micros }) => ({
      name,
      calls,
      mean: micros / calls,
      longest: longest.get(name) ?? null,
    }))
    .sort((one, other) => other.mean - one.mean);
}
