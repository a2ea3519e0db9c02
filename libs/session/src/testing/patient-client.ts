import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { PATIENCE, patiently } from '../../../../tools/redis/patience.js';
import { createRedisClient, type RedisTarget } from '../store/redis-client.js';

/**
 * As safe a client as any, which does not take a busy machine for a Redis that is away. For tests that are
 * not about what a client does when Redis is slow.
 */
export function patientClient(target: string | RedisOptions): Redis;
export function patientClient(target: RedisTarget): Redis | Cluster;
export function patientClient(target: RedisTarget): Redis | Cluster {
  if (typeof target === 'string') return createRedisClient(patiently(target));
  const timeouts = { commandTimeout: PATIENCE, socketTimeout: PATIENCE };
  return 'nodes' in target
    ? createRedisClient({ ...target, options: { ...target.options, ...timeouts } })
    : createRedisClient({ ...target, ...timeouts });
}
