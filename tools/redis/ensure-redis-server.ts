import { findRedisServer } from './find-redis-server';
import { installRedisServer } from './install-redis-server';
import { thisMachine } from './machine';
import { redisInstructions } from './redis-instructions';
import { isSupportedRedis, redisBinaryVersion } from './redis-version';

export interface EnsureRedisServerOptions {
  /** Whose PATH is searched. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with a sentence for people before something slow begins. */
  readonly log?: (message: string) => void;
}

/**
 * Path of a Redis server that is new enough: the one on the PATH, or one that is installed now.
 *
 * @throws Error that tells what to run when there is none and none can be installed unasked
 */
export async function ensureRedisServer({
  env = process.env,
  log,
}: EnsureRedisServerOptions = {}): Promise<string> {
  if (findRedisServer(env) === null) await installRedisServer({ log });
  const binary = findRedisServer(env);
  if (binary === null) {
    throw new Error('redis-server is installed, but not on the PATH: add its folder to PATH.');
  }
  const version = await redisBinaryVersion(binary);
  if (!isSupportedRedis(version)) {
    throw new Error(`${binary} is version ${version}. ${redisInstructions(thisMachine())}`);
  }
  return binary;
}
