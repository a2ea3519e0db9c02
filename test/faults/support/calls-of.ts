import { withRedis } from '../../support/redis-dump';

/** How often a Redis has carried out a command, whoever sent it. */
export async function callsOf(url: string, command: string): Promise<number> {
  const stats = await withRedis(url, (client) => client.info('commandstats'));
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
}
