import type { ModuleRef } from '@nestjs/core';
import { providedIn } from '../common/provided-in.js';
import { FEATURE_STORE } from '../store/feature-store.token.js';
import { STORE_CHOICE, type StoreChoice } from '../store/store-choice.js';
import { FEATURE_SOURCE } from './feature-source.token.js';

/** Place from which a service reads sessions. */
export type ReadSource = 'redis' | 'rpc' | 'gateway' | 'store';

/** Returns the place from which an application reads sessions. */
export function readSourceOf(modules: ModuleRef): ReadSource {
  if (providedIn(modules, FEATURE_SOURCE)) return 'gateway';
  if (providedIn(modules, FEATURE_STORE)) return 'rpc';
  return modules.get<StoreChoice>(STORE_CHOICE, { strict: false }).kind === 'redis'
    ? 'redis'
    : 'store';
}
