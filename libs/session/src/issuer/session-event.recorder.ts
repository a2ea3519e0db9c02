import { Inject, Injectable } from '@nestjs/common';
import { SecurityLog } from '../audit/security.log.js';
import { ThrottledLogger } from '../common/throttled-logger.js';
import type { SessionEvent } from '../events/session-event.js';
import {
  type AppendOptions,
  SessionEventLog,
  type WatchedSession,
} from '../events/session-event.log.js';
import { SessionEvents } from '../events/session-events.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionIssuerOptions } from './session-issuer.options.js';

/**
 * Records changes of sessions as events. The change has already happened, so an event that cannot be written
 * is counted and logged, and fails nothing.
 */
@Injectable()
export class SessionEventRecorder {
  readonly #failures = new ThrottledLogger('SessionEvents');

  constructor(
    private readonly log: SessionEventLog,
    private readonly events: SessionEvents,
    private readonly counters: SessionCounters,
    @Inject(SessionIssuerOptions) private readonly options: SessionIssuerOptions,
    private readonly audit: SecurityLog,
  ) {}

  async record(event: SessionEvent, watch?: AppendOptions['watch']): Promise<void> {
    this.#audit(event);
    const keep = this.options.eventsKept;
    try {
      const position = await this.log.append(event, watch ? { keep, watch } : { keep });
      if (!this.events.isFollowing) this.events.publish({ ...event, position });
    } catch (error) {
      this.counters.lostEvents += 1;
      this.#failures.report(error);
      this.events.publish(event);
    }
  }

  /**
   * Records the expiry of a session, unless it is recorded already.
   *
   * @throws SessionStoreUnavailableError; the expiry is then recorded later
   */
  async recordExpiry({ sessionId, userId }: WatchedSession): Promise<void> {
    const event = {
      type: 'expired',
      sessionId,
      userId,
      at: Date.now(),
      by: null,
      reason: null,
    } as const;
    const position = await this.log.appendExpiry(event, this.options.eventsKept);
    if (position === null) return;
    this.#audit(event);
    if (!this.events.isFollowing) this.events.publish({ ...event, position });
  }

  /**
   * Writes to the security log here, not where events are followed: here the causing request is still known.
   */
  #audit(event: SessionEvent): void {
    const { sessionId, userId, by, reason } = event;
    const fields = { outcome: 'success', sessionId, userId, by, reason } as const;
    switch (event.type) {
      case 'created':
      case 'rolesChanged':
        this.audit.record({ event: `session.${event.type}`, ...fields, roles: event.roles });
        return;
      case 'rotated':
        this.audit.record({
          event: 'session.rotated',
          ...fields,
          previousSessionId: event.previousSessionId,
        });
        return;
      default:
        this.audit.record({ event: `session.${event.type}`, ...fields });
    }
  }
}
