import type { RedisTarget } from './redis-client.js';
import type { SessionStore } from './session.store.js';

/** Injects a {@link StoreOverride}, if a test replaces the store of the application. */
export const STORE_OVERRIDE = Symbol('nest-sessions:store-override');

/**
 * Store that takes precedence over the options of `SessionModule` and over every feature. A feature provides
 * its own store under another token, because Nest does not define which of two global providers wins.
 */
export type StoreOverride = { readonly store: SessionStore } | { readonly redis: RedisTarget };
