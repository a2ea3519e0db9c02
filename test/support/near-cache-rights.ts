import type { ServiceName } from './guarded-redis';
import { withRedis } from './redis-dump';

/** The services that can keep sessions in their own memory. */
export const RESOURCE_SERVICES: readonly ServiceName[] = ['orders', 'products'];

/** What the Redis user of such a service needs beside what the shipped files give it. */
export const NEAR_CACHE_RIGHTS = [
  '+client|id',
  '+client|tracking',
  '+subscribe',
  '&__redis__:invalidate',
] as const;

/** Gives these rights to the services on servers that run, as an operator does. */
export async function grantNearCache(...urls: readonly string[]): Promise<void> {
  for (const url of urls) await setUsers(url, NEAR_CACHE_RIGHTS);
}

/** Takes them away again, and cuts the connections that listen by them. */
export function revokeNearCache(url: string): Promise<void> {
  return setUsers(url, ['resetchannels', '-subscribe', '-client|tracking', '-client|id']);
}

function setUsers(url: string, rules: readonly string[]): Promise<void> {
  return withRedis(url, async (redis) => {
    for (const service of RESOURCE_SERVICES) await redis.acl('SETUSER', service, ...rules);
  });
}
