import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { IssuerSessionStore } from '../store/issuer-session.store.js';

/** Operations that reach the store. `forget` and `peek` only concern copies of this process. */
type Operation = Exclude<keyof IssuerSessionStore, 'forget' | 'peek'>;

const OPERATIONS: Readonly<Record<Operation, true>> = {
  add: true,
  attributes: true,
  count: true,
  find: true,
  idsOf: true,
  insert: true,
  inspect: true,
  listAfter: true,
  ping: true,
  remove: true,
  review: true,
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
      if (operation in store) restored.push(replaceMethod(store, operation, fail));
    }
    // A copy in this process would answer during the outage.
    restored.push(replaceMethod(store, 'peek', () => undefined));
  }
  return () => {
    for (const restore of restored.splice(0)) restore();
  };
}

function replaceMethod(store: object, name: string, value: () => unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(store, name);
  Object.defineProperty(store, name, {
    configurable: true,
    writable: true,
    value,
  });
  return () => {
    if (own) Object.defineProperty(store, name, own);
    else Reflect.deleteProperty(store, name);
  };
}

function fail(): Promise<never> {
  return Promise.reject(new SessionStoreUnavailableError({ cause: new Error(REASON) }));
}

const REASON = 'failStore() of nest-sessions/testing makes the store fail';
