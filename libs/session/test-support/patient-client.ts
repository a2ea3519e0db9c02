import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { PATIENCE, patiently } from '../../../tools/redis/patience.js';
import { createRedisClient, type RedisTarget } from '../src/store/redis-client.js';

/**
 * Creates a client with safe settings that does not mistake a busy machine for an unavailable Redis. For
 * tests that are not about a slow Redis.
 */
export function patientClient(target: string | RedisOptions): Redis;
export function patientClient(target: RedisTarget): Redis | Cluster;
export function patientClient(target: RedisTarget): Redis | Cluster {
  if (typeof target === 'string') {
    return createRedisClient(`${patiently(target)}&socketTimeout=${PATIENCE}`);
  }
  const timeouts = { commandTimeout: PATIENCE, socketTimeout: PATIENCE };
  return 'nodes' in target
    ? createRedisClient({ ...target, options: { ...target.options, ...timeouts } })
    : createRedisClient({ ...target, ...timeouts });
}
