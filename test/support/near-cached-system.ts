import { eventually } from '../../tools/testing/eventually';
import { GuardedRedis, type ServiceName } from './guarded-redis';
import { call } from './http';
import { grantNearCache, RESOURCE_SERVICES } from './near-cache-rights';
import { withRedis } from './redis-dump';
import type { System } from './system';

/** Setting that enables the near-cache. */
export const NEAR_CACHE = { SESSION_NEAR_CACHE: 'on' };

/** Starts a Redis whose users have the permissions that the near-cache needs. */
export async function grantedRedis(options?: { port: number }): Promise<GuardedRedis> {
  const redis = await GuardedRedis.start(options);
  await grantNearCache(redis.url);
  return redis;
}

/** Returns the status of a service's route for this token. */
export async function statusOf(
  system: System,
  service: ServiceName,
  cookie: string,
): Promise<number> {
  return (await call(system.doorOf(service), { cookie })).status;
}

/** Returns the statuses of orders and products for this token. */
export const statuses = (system: System, cookie: string) =>
  Promise.all(RESOURCE_SERVICES.map((service) => statusOf(system, service, cookie)));

/** Returns how many records all clients have read from Redis. */
export async function readsOf(url: string): Promise<number> {
  const stats = await withRedis(url, (redis) => redis.info('commandstats'));
  return Number(/^cmdstat_get:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
}

/** Waits until both services have authorized many requests with this token without a read from Redis. */
export async function untilServedFromMemory(
  system: System,
  cookie: string,
  url = system.redis.url,
) {
  await eventually(async () => {
    const before = await readsOf(url);
    for (let i = 0; i < 10; i += 1) {
      if (!(await statuses(system, cookie)).every((it) => it === 200)) return false;
    }
    return (await readsOf(url)) === before;
  });
}

/** Waits until orders and products answer this token with this status. */
export async function untilBoth(system: System, cookie: string, status: number) {
  await eventually(async () => (await statuses(system, cookie)).every((it) => it === status));
}
