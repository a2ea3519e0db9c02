import type { ServiceName } from './guarded-redis';
import { withRedis } from './redis-dump';

/** Services that can keep sessions in their own memory. */
export const RESOURCE_SERVICES: readonly ServiceName[] = ['orders', 'products'];

/** Permissions that the Redis user of such a service needs in addition to those of the shipped files. */
export const NEAR_CACHE_RIGHTS = [
  '+client|id',
  '+client|tracking',
  '+subscribe',
  '&__redis__:invalidate',
] as const;

/** Grants these permissions to the services on running servers, like an operator. */
export async function grantNearCache(...urls: readonly string[]): Promise<void> {
  for (const url of urls) await setUsers(url, NEAR_CACHE_RIGHTS);
}

/** Revokes these permissions, and cuts the connections that subscribe with them. */
export function revokeNearCache(url: string): Promise<void> {
  return setUsers(url, ['resetchannels', '-subscribe', '-client|tracking', '-client|id']);
}

function setUsers(url: string, rules: readonly string[]): Promise<void> {
  return withRedis(url, async (redis) => {
    for (const service of RESOURCE_SERVICES) await redis.acl('SETUSER', service, ...rules);
  });
}
