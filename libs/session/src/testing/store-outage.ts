import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { IssuerSessionStore } from '../issuer/issuer-session.store.js';
import type { SessionStore } from '../store/session.store.js';

/** Operations that reach the store. `forget` only drops a copy of this process. */
type Operation = Exclude<keyof SessionStore, 'forget'> | keyof IssuerSessionStore;

const OPERATIONS: Readonly<Record<Operation, true>> = {
  add: true,
  attributes: true,
  find: true,
  idsOf: true,
  insert: true,
  inspect: true,
  ping: true,
  remove: true,
  replace: true,
  review: true,
  supersede: true,
  touch: true,
  update: true,
};

/**
 * Makes every operation of these stores fail as in an outage. Replaces methods of the instances, because the
 * test may have replaced the stores themselves.
 *
 * @returns a function that ends the outage
 */
export function beginOutage(stores: Iterable<object>): () => void {
  const restored: (() => void)[] = [];
  for (const store of new Set(stores)) {
    for (const operation of Object.keys(OPERATIONS)) {
      if (operation in store) restored.push(replaceMethod(store, operation));
    }
  }
  return () => {
    for (const restore of restored.splice(0)) restore();
  };
}

function replaceMethod(store: object, name: string): () => void {
  const own = Object.getOwnPropertyDescriptor(store, name);
  Object.defineProperty(store, name, {
    configurable: true,
    writable: true,
    value: () => Promise.reject(new SessionStoreUnavailableError({ cause: new Error(REASON) })),
  });
  return () => {
    if (own) Object.defineProperty(store, name, own);
    else Reflect.deleteProperty(store, name);
  };
}

const REASON = 'failStore() of nest-sessions/testing makes the store fail';
