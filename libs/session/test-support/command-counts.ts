import type { Redis } from 'ioredis';

/** Commands of the counting itself, and of connections that are opened meanwhile. */
const NOT_COUNTED = /^(config|info|client|auth|hello|select|command|acl)\b/;

/** Counts the commands that a Redis server receives while `run` runs, by command name. */
export async function countCommands(
  admin: Redis,
  run: () => Promise<unknown>,
): Promise<Record<string, number>> {
  await admin.config('RESETSTAT');
  await run();
  const stats = await admin.info('commandstats');
  const counts: Record<string, number> = {};
  for (const [, name, calls] of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    if (name !== undefined && !NOT_COUNTED.test(name)) counts[name] = Number(calls);
  }
  return counts;
}
