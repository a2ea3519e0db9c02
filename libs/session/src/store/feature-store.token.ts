import type { SessionStore } from './session.store.js';

/** Injects a {@link FeatureStore}, if a feature replaces the store in Redis. */
export const FEATURE_STORE = Symbol('nest-sessions:feature-store');

/** Opens the store with which a feature replaces the store in Redis. Called once. */
export type FeatureStore = () => SessionStore;
