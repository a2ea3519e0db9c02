import { withRedis } from '../../support/redis-dump';

/** Returns how often a Redis has run a command, for any client. */
export async function callsOf(url: string, command: string): Promise<number> {
  const stats = await withRedis(url, (client) => client.info('commandstats'));
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
}
