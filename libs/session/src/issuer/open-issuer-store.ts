import { SessionOptionsError } from '../errors/session-options.error.js';
import type { RedisConnection } from '../store/redis-connection.js';
import type { SessionStore } from '../store/session.store.js';
import { IssuerSessionStore } from '../store/issuer-session.store.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import type { SessionIssuerOptions } from './session-issuer.options.js';

/**
 * Returns the store of the issuing app: the store given to `SessionModule`, or one in the Redis of the
 * services.
 *
 * @param store Store that this app reads.
 * @throws SessionOptionsError for a store that only reads
 */
export function openIssuerStore(
  store: SessionStore,
  connection: RedisConnection,
  { waitReplicas, services }: Pick<SessionIssuerOptions, 'waitReplicas' | 'services'>,
): IssuerSessionStore {
  if (store instanceof IssuerSessionStore) return store;
  if (connection.isConfigured) {
    return new RedisIssuerSessionStore(connection.client, { waitReplicas, services, reads: store });
  }
  throw new SessionOptionsError(
    'The store given to SessionModule is read-only. To issue sessions, extend IssuerSessionStore of nest-sessions/store.',
  );
}
