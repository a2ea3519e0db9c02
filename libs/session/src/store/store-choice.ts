import type { SessionModuleOptions } from '../options/session.options.js';
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

/** Chooses between the configured places: a test's override comes first, then a feature, then the options. */
export function storeChoiceOf(
  options: SessionModuleOptions,
  feature: FeatureStore | undefined,
  override: StoreOverride | undefined,
): StoreChoice {
  if (override && 'store' in override) return { kind: 'store', open: () => override.store };
  if (override) return { kind: 'redis', target: override };
  if (feature) return { kind: 'store', open: feature };
  const { store } = options;
  if (store) return { kind: 'store', open: () => store };
  return (options.client ?? options.redis) ? { kind: 'redis', target: options } : { kind: 'none' };
}
