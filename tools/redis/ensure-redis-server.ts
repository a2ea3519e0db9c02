import { findRedisServer } from './find-redis-server';
import { installRedisServer } from './install-redis-server';
import { thisMachine } from './machine';
import { redisInstructions } from './redis-instructions';
import { isSupportedRedis, redisBinaryVersion } from './redis-version';

export interface EnsureRedisServerOptions {
  /** Environment whose PATH is searched. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with a sentence for people before a slow step. */
  readonly log?: (message: string) => void;
}

/**
 * Returns the path of a Redis server that is new enough: the server on the PATH, or a newly installed server.
 *
 * @throws Error with the command to run when there is no server and none can be installed without a question
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
