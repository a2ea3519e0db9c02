import { eventually } from '../../tools/testing/eventually';
import { GuardedRedis, type ServiceName } from './guarded-redis';
import { call } from './http';
import { grantNearCache, RESOURCE_SERVICES } from './near-cache-rights';
import { withRedis } from './redis-dump';
import type { System } from './system';

/** The setting that turns the near-cache on. */
export const NEAR_CACHE = { SESSION_NEAR_CACHE: 'on' };

/** A Redis whose users have the rights that the near-cache needs. */
export async function grantedRedis(options?: { port: number }): Promise<GuardedRedis> {
  const redis = await GuardedRedis.start(options);
  await grantNearCache(redis.url);
  return redis;
}

/** The status of a service's door for this token. */
export async function statusOf(
  system: System,
  service: ServiceName,
  cookie: string,
): Promise<number> {
  return (await call(system.doorOf(service), { cookie })).status;
}

/** What orders and products say to this token. */
export const statuses = (system: System, cookie: string) =>
  Promise.all(RESOURCE_SERVICES.map((service) => statusOf(system, service, cookie)));

/** How often Redis was asked for a record, by whomever. */
export async function readsOf(url: string): Promise<number> {
  const stats = await withRedis(url, (redis) => redis.info('commandstats'));
  return Number(/^cmdstat_get:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
}

/** Waits until both services let this token in many times without a question to Redis. */
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
