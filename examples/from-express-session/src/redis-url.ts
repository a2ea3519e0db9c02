/** Redis of the old and of the new sessions. */
export const redisUrl = process.env.REDIS_URL ?? 'redis://localhost:6379';
