import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BACKGROUND_INTERVAL, ThrottledLogger } from '../common/throttled-logger.js';
import { TimerLoop } from '../common/timer-loop.js';
import { SessionEventLog, type WatchedSession } from '../events/session-event.log.js';
import { IssuerSessionStore } from '../store/issuer-session.store.js';
import { SessionEventRecorder } from './session-event.recorder.js';

/** Time between two checks for due sessions, in milliseconds. */
const INTERVAL = 1_000;

/** Number of sessions that are checked together. */
const BATCH = 100;

/**
 * Detects expired sessions, emits one event for each, and deletes their remains. Every instance of the
 * issuing app sweeps, so any instance may fail. A session that is still live is not checked again before its
 * earliest possible end.
 */
@Injectable()
export class ExpirySweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #failures = new ThrottledLogger('ExpirySweeper', BACKGROUND_INTERVAL);
  readonly #sweeps = new TimerLoop({
    pause: () => INTERVAL,
    onFailure: (error) => this.#failures.report(error),
  });

  constructor(
    private readonly store: IssuerSessionStore,
    private readonly log: SessionEventLog,
    private readonly recorder: SessionEventRecorder,
  ) {}

  onApplicationBootstrap(): void {
    this.#sweeps.start(() => this.sweep());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#sweeps.stop();
  }

  /**
   * Checks all due sessions once.
   *
   * @throws SessionStoreUnavailableError when the store does not answer; unfinished sessions are due again
   */
  async sweep(): Promise<void> {
    for (;;) {
      const due = await this.log.due(BATCH);
      await Promise.all(due.map((session) => this.#check(session)));
      if (due.length < BATCH) return;
    }
  }

  async #check(session: WatchedSession): Promise<void> {
    const dueAt = await this.store.review(session.sessionId, session.userId);
    if (dueAt === null) await this.recorder.recordExpiry(session);
    else await this.log.postpone(session, dueAt);
  }
}
