import { SessionOptionsError } from '../errors/session-options.error.js';
import type { RedisConnection } from '../store/redis-connection.js';
import type { SessionStore } from '../store/session.store.js';
import { IssuerSessionStore } from './issuer-session.store.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import type { SessionIssuerOptions } from './session-issuer.options.js';

/**
 * Opens the write side of the store that the services read.
 *
 * @param store Drops its copy of each session that changes.
 * @throws SessionOptionsError for a store that only reads
 */
export function openIssuerStore(
  store: SessionStore,
  connection: RedisConnection,
  { waitReplicas, services }: Pick<SessionIssuerOptions, 'waitReplicas' | 'services'>,
): IssuerSessionStore {
  if (connection.isConfigured) {
    const onChanged = (id: string) => {
      store.forget(id);
    };
    return new RedisIssuerSessionStore(connection.client, { waitReplicas, services, onChanged });
  }
  if (store instanceof IssuerSessionStore) return store;
  throw new SessionOptionsError(
    `The store given to SessionModule only reads. To issue sessions it must extend IssuerSessionStore as well.`,
  );
}
