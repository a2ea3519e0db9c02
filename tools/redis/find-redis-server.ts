import { findOnPath } from '../processes/find-on-path';

/** Returns the absolute path of the Redis server on the PATH, else of the Valkey server, else null. */
export function findRedisServer(env: NodeJS.ProcessEnv = process.env): string | null {
  return findOnPath('redis-server', env) ?? findOnPath('valkey-server', env);
}
