import { firstValueFrom, take, toArray } from 'rxjs';
import { NO_SECURITY_LOG } from '../../audit/no-security.log.js';
import { MemorySessionEventLog } from '../../events/memory-session-event.log.js';
import { RedisSessionEventLog } from '../../events/redis-session-event.log.js';
import type { SessionEvent } from '../../events/session-event.js';
import type { SessionEventLog } from '../../events/session-event.log.js';
import { SessionEvents } from '../../events/session-events.js';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import { MemorySessionStore } from '../../testing/memory-session.store.js';
import type { Redis } from 'ioredis';
import { RedisIssuerSessionStore } from '../redis-issuer-session.store.js';
import { RedisSessionStore } from '../../store/redis-session.store.js';
import { SessionCounters } from '../../store/session-counters.js';
import type { SessionStore } from '../../store/session.store.js';
import { ExpirySweeper } from '../expiry-sweeper.js';
import { SessionEventRecorder } from '../session-event.recorder.js';
import {
  type SessionIssuerModuleOptions,
  SessionIssuerOptions,
} from '../session-issuer.options.js';
import { SessionManager } from '../session.manager.js';

/** Parts of a single process of the issuing app. */
export class IssuingProcess {
  readonly counters = new SessionCounters();
  /** Events that the process has emitted. */
  readonly emitted: SessionEvent[] = [];
  readonly manager: SessionManager;
  readonly sweeper: ExpirySweeper;

  constructor(
    store: IssuerSessionStore,
    readonly log: SessionEventLog,
    given: SessionIssuerModuleOptions = {},
  ) {
    const options = new SessionIssuerOptions(given);
    const events = new SessionEvents(log);
    events.all.subscribe((event) => this.emitted.push(event));
    const recorder = new SessionEventRecorder(log, events, this.counters, options, NO_SECURITY_LOG);
    this.manager = new SessionManager(store, options, recorder);
    this.sweeper = new ExpirySweeper(store, log, recorder);
  }

  /** Returns the first `count` events of the log, once it has as many. */
  logged(count: number): Promise<SessionEvent[]> {
    return firstValueFrom(this.log.after('0-0').pipe(take(count), toArray()));
  }
}

/** Stores and a log that several processes share. */
export interface SharedStores {
  readonly store: SessionStore;
  readonly issuerStore: IssuerSessionStore;
  readonly log: SessionEventLog;
}

/** Stores and clock on which issuing processes are tested. */
export interface IssuingGround {
  /** @returns empty stores; called before each test */
  readonly open: () => SharedStores;
  /** Advances the clock of the stores, if that is possible. */
  readonly skip: (ms: number) => void;
}

export function storesIn(client: Redis): SharedStores {
  return {
    store: new RedisSessionStore(client, 60_000),
    issuerStore: new RedisIssuerSessionStore(client),
    log: new RedisSessionEventLog(client),
  };
}

export function storesInMemory(): SharedStores {
  const store = new MemorySessionStore();
  return { store, issuerStore: store, log: new MemorySessionEventLog() };
}
