/** Injects the ioredis client, `Redis` or `Cluster`, of the Redis that keeps the sessions. */
export const SESSION_REDIS = Symbol('platform:session-redis');
