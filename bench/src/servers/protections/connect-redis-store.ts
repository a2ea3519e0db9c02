import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';

/** Creates the Redis store of express-session and @fastify/session, on its recommended client. */
export async function connectRedisStore(redisUrl: string): Promise<RedisStore> {
  const client = createClient({ url: redisUrl });
  await client.connect();
  return new RedisStore({ client });
}

/** Half an hour in milliseconds, as in the other variants. */
export const MAX_AGE = 30 * 60_000;

/** Not a secret: these servers live on loopback and for minutes. */
export const COOKIE_SECRET = 'a secret of the benchmark, long enough';
