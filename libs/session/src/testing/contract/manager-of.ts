import { NO_SECURITY_LOG } from '../../audit/no-security.log.js';
import { MemorySessionEventLog } from '../../events/memory-session-event.log.js';
import { SessionEvents } from '../../events/session-events.js';
import { SessionEventRecorder } from '../../issuer/session-event.recorder.js';
import {
  type SessionIssuerModuleOptions,
  SessionIssuerOptions,
} from '../../issuer/session-issuer.options.js';
import { SessionManager } from '../../issuer/session.manager.js';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import { SessionCounters } from '../../store/session-counters.js';

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
