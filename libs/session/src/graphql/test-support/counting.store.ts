import { setTimeout as delay } from 'node:timers/promises';
import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import type { Session } from '../../session/session.js';
import type { FindOptions } from '../../store/session.store.js';
import { MemorySessionStore } from '../../testing/memory-session.store.js';

/** Store that counts its reads and renewals, and fails on request. */
export class CountingStore extends MemorySessionStore {
  reads = 0;
  freshReads = 0;
  touches = 0;
  isAway = false;
  /** Whether lookups take as long as those in a database, so that requests overlap. */
  isSlow = false;

  override async find(id: string, options?: FindOptions): Promise<Session | null> {
    this.reads += 1;
    if (options?.fresh === true) this.freshReads += 1;
    if (this.isAway) throw new SessionStoreUnavailableError();
    if (this.isSlow) await delay(1 + 10 * Math.random());
    return super.find(id);
  }

  override touch(session: Session): Promise<void> | undefined {
    this.touches += 1;
    return super.touch(session);
  }
}
