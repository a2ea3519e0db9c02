import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { createRedisClient, type RedisTarget } from '../store/redis-client';

/** How long a command may take on a machine that does much else (ms). */
const PATIENCE = 10_000;

/**
 * As safe a client as any, which does not take a busy machine for a Redis that is away. For tests that are
 * not about what a client does when Redis is slow.
 */
export function patientClient(target: string | RedisOptions): Redis;
export function patientClient(target: RedisTarget): Redis | Cluster;
export function patientClient(target: RedisTarget): Redis | Cluster {
  if (typeof target === 'string') return createRedisClient(`${target}?commandTimeout=${PATIENCE}`);
  const timeouts = { commandTimeout: PATIENCE, socketTimeout: PATIENCE };
  return 'nodes' in target
    ? createRedisClient({ ...target, options: { ...target.options, ...timeouts } })
    : createRedisClient({ ...target, ...timeouts });
}
