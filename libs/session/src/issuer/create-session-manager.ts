import type { Cluster, Redis } from 'ioredis';
import { NO_SECURITY_LOG } from '../audit/no-security.log.js';
import type { SecurityLog } from '../audit/security.log.js';
import { RedisSessionEventLog } from '../events/redis-session-event.log.js';
import { SessionEvents } from '../events/session-events.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionEventRecorder } from './session-event.recorder.js';
import { type SessionIssuerModuleOptions, SessionIssuerOptions } from './session-issuer.options.js';
import { SessionManager } from './session.manager.js';

/**
 * Creates a manager outside a Nest application, for instance for a command line. The manager acts on the
 * sessions of the services that use the same Redis.
 *
 * @param client With safe settings, see `createRedisClient`.
 * @param securityLog Records every change of a session, in addition to the session events; nothing by
 *   default.
 * @throws SessionOptionsError naming the option and its expected value
 *
 * @example
 * ```ts
 * const client = createRedisClient('redis://localhost:6379');
 * await whenReady(client, 5_000);
 * await createSessionManager(client).revokeAll(userId, { by: 'support' });
 * client.disconnect();
 * ```
 */
export function createSessionManager(
  client: Redis | Cluster,
  options: SessionIssuerModuleOptions = {},
  securityLog: SecurityLog = NO_SECURITY_LOG,
): SessionManager {
  const resolved = new SessionIssuerOptions(options);
  const log = new RedisSessionEventLog(client);
  const counters = new SessionCounters();
  return new SessionManager(
    new RedisIssuerSessionStore(client, resolved),
    resolved,
    new SessionEventRecorder(log, new SessionEvents(log), counters, resolved, securityLog),
  );
}
