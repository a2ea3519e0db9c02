import { type ProcessExit } from '../processes/process-exit';
import { checkRedisUrl } from './check-redis-url';
import { ensureRedisServer, type EnsureRedisServerOptions } from './ensure-redis-server';
import { RedisServer } from './redis-server';
import { shownRedisUrl } from './shown-redis-url';

/** A Redis to work with, and the function that releases it. */
export interface ProvidedRedis {
  /** REDIS_URL for the apps; undefined when the environment names sentinels or a cluster. */
  readonly url: string | undefined;
  /** Address for people, without a password. */
  readonly description: string;
  /** Resolves when a server that was started here has ended; stays pending for any other server. */
  readonly exited: Promise<ProcessExit>;
  /** Ends what was started here, and nothing else. */
  stop(): Promise<void>;
}

/**
 * Returns the Redis that the environment names. Without one, starts a server that persists nothing, and
 * installs it first where this needs no question.
 *
 * @throws Error with the steps to take when no Redis is available
 */
export async function provideRedis({
  env = process.env,
  log,
}: EnsureRedisServerOptions = {}): Promise<ProvidedRedis> {
  if (env.REDIS_SENTINELS) return existing(undefined, `Sentinels ${env.REDIS_SENTINELS}`);
  if (env.REDIS_CLUSTER) return existing(undefined, `Cluster ${env.REDIS_CLUSTER}`);
  if (env.REDIS_URL) {
    await checkRedisUrl(env.REDIS_URL);
    return existing(env.REDIS_URL, shownRedisUrl(env.REDIS_URL));
  }
  const server = await RedisServer.start({ binary: await ensureRedisServer({ env, log }) });
  return {
    url: server.url,
    description: server.url,
    exited: server.exited,
    stop: () => server.stop(),
  };
}

function existing(url: string | undefined, description: string): ProvidedRedis {
  return {
    url,
    description,
    exited: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}
