import type { INestApplicationContext } from '@nestjs/common';
import type { NearCacheCounters } from '../src/near-cache/near-cache.counters.js';
import { NearCachedSessionStore } from '../src/near-cache/near-cached-session.store.js';
import { SessionStore } from '../src/store/session.store.js';

/** Returns the counters of an application's near-cache. */
export function nearCacheCountersOf(app: INestApplicationContext): NearCacheCounters {
  const store = app.get(SessionStore, { strict: false });
  if (store instanceof NearCachedSessionStore) return store.counters;
  throw new TypeError('the application has no near-cache');
}
