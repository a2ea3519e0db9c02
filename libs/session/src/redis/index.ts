/**
 * Redis clients with safe options, and the Redis session store.
 *
 * @module nest-sessions/redis
 */

export {
  createRedisClient,
  type RedisClusterTarget,
  type RedisTarget,
  safeClusterOptions,
  safeRedisOptions,
  whenReady,
} from '../store/redis-client.js';
export { RedisSessionStore } from '../store/redis-session.store.js';
export { redisNodesOptions, redisUrlOptions } from '../store/redis-url.js';
export { SessionCounters } from '../store/session-counters.js';
