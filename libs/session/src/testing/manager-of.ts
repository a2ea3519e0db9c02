import { NO_SECURITY_LOG } from '../audit/no-security.log';
import { MemorySessionEventLog } from '../events/memory-session-event.log';
import { SessionEvents } from '../events/session-events';
import { SessionEventRecorder } from '../issuer/session-event.recorder';
import {
  type SessionIssuerModuleOptions,
  SessionIssuerOptions,
} from '../issuer/session-issuer.options';
import { SessionManager } from '../issuer/session.manager';
import type { IssuerSessionStore } from '../store/issuer-session.store';
import { SessionCounters } from '../store/session-counters';

/** A manager on any store, whose events go to a log in memory. */
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
