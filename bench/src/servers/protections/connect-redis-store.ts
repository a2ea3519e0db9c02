import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';

/** The Redis store of express-session and @fastify/session, on the client that it is made for. */
export async function connectRedisStore(redisUrl: string): Promise<RedisStore> {
  const client = createClient({ url: redisUrl });
  await client.connect();
  return new RedisStore({ client });
}

/** Half an hour, as long as the sessions of the other variants; milliseconds. */
export const MAX_AGE = 30 * 60_000;

/** Not a secret: everything here lives on loopback and for minutes. */
export const COOKIE_SECRET = 'a secret of the benchmark, long enough';
