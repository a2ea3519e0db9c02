import { SessionOptionsError } from '../errors/session-options.error.js';
import type { RedisTarget } from '../store/redis-client.js';

/** Options of {@link SessionTestingModule}. */
export interface SessionTestingOptions {
  /**
   * Redis that keeps the sessions of the test: a URL, ioredis options, or `nodes` of a Cluster. The
   * application's own `client` or `redis` is not used. `strict` is off, because a Redis for tests needs no
   * password.
   * @default a `MemorySessionStore` for each application
   */
  redis?: RedisTarget;
}

/** @throws SessionOptionsError for an unset variable: the test would pass without its Redis */
export function redisOf(options: SessionTestingOptions): RedisTarget | null {
  if (!('redis' in options)) return null;
  if (options.redis !== undefined && options.redis !== '') return options.redis;
  throw new SessionOptionsError(
    `SessionTestingModule: 'redis' is ${options.redis === '' ? 'empty' : 'undefined'}. Give it a URL such as 'redis://localhost:6379', or leave 'redis' out to keep sessions in memory.`,
  );
}
