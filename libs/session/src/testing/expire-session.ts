import { SessionOptionsError } from '../errors/session-options.error.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';
import type { RedisConnection } from '../store/redis-connection.js';
import { reply } from '../store/redis-reply.js';
import { idleKey, sessionKey } from '../store/redis-session.keys.js';
import { MemorySessionStore } from './memory-session.store.js';

/** Timeout of a session: from its last use, or from the sign-in. */
export type Timeout = 'idle' | 'absolute';

/**
 * Lets a timeout of a session run out now.
 *
 * @throws SessionOptionsError for a store whose clocks are unknown
 */
export async function expireSession(
  id: string,
  timeout: Timeout,
  { issuer, redis }: { issuer: IssuerSessionStore; redis: RedisConnection },
): Promise<void> {
  if (redis.isConfigured) {
    // Redis deletes the same key at the end of its time to live.
    await reply(redis.client.del(timeout === 'idle' ? idleKey(id) : sessionKey(id)));
    return;
  }
  if (issuer instanceof MemorySessionStore) {
    issuer.expire(id, timeout);
    return;
  }
  throw new SessionOptionsError(
    `expire() cannot expire sessions in ${issuer.constructor.name}, which replaces ` +
      'SessionStore in this test. Override SessionStore with a MemorySessionStore, or expire ' +
      'the session in the store itself.',
  );
}
