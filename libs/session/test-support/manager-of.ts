import { NO_SECURITY_LOG } from '../src/audit/no-security.log.js';
import { MemorySessionEventLog } from '../src/events/memory-session-event.log.js';
import { SessionEvents } from '../src/events/session-events.js';
import { SessionEventRecorder } from '../src/issuer/session-event.recorder.js';
import {
  type SessionIssuerModuleOptions,
  SessionIssuerOptions,
} from '../src/issuer/session-issuer.options.js';
import { SessionManager } from '../src/issuer/session.manager.js';
import type { IssuerSessionStore } from '../src/issuer/issuer-session.store.js';
import { SessionCounters } from '../src/store/session-counters.js';

/** Creates a manager on any store, with an event log in memory. */
export function managerOf(
  store: IssuerSessionStore,
  given: SessionIssuerModuleOptions = {},
): SessionManager {
  const options = new SessionIssuerOptions(given);
  const log = new MemorySessionEventLog();
  const events = new SessionEvents(log);
  const recorder = new SessionEventRecorder(
    log,
    events,
    new SessionCounters(),
    options,
    NO_SECURITY_LOG,
  );
  return new SessionManager(store, options, recorder);
}
