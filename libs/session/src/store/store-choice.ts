import { SessionOptionsError } from '../errors/session-options.error.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { describeMissingStore } from './describe-missing-store.js';
import type { FeatureStore } from './feature-store.token.js';
import type { SessionStore } from './session.store.js';
import type { StoreOverride } from './store-override.token.js';

/** Injects the {@link StoreChoice} of the application. */
export const STORE_CHOICE = Symbol('nest-sessions:store-choice');

/** Place where a service finds its sessions. */
export type StoreChoice =
  | { readonly kind: 'redis'; readonly target: SessionModuleOptions }
  | { readonly kind: 'store'; readonly open: () => SessionStore }
  | { readonly kind: 'none' };

/**
 * Chooses between the configured places: a test's override comes first, then a feature, then the options.
 *
 * @throws SessionOptionsError for a near-cache whose `redis` has no value
 */
export function storeChoiceOf(
  options: SessionModuleOptions,
  feature: FeatureStore | undefined,
  override: StoreOverride | undefined,
): StoreChoice {
  if (override && 'store' in override) return { kind: 'store', open: () => override.store };
  if (override) return { kind: 'redis', target: override };
  const target = options.client ?? options.redis;
  if (!target && (options.nearCache ?? false) !== false) {
    throw new SessionOptionsError(describeMissingStore(options));
  }
  if (feature) return { kind: 'store', open: feature };
  const { store } = options;
  if (store) return { kind: 'store', open: () => store };
  return target ? { kind: 'redis', target: options } : { kind: 'none' };
}
