import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { FailureLog } from '../errors/failure-log.js';
import { SessionEventLog, type WatchedSession } from '../events/session-event.log.js';
import { IssuerSessionStore } from '../store/issuer-session.store.js';
import { SessionEventRecorder } from './session-event.recorder.js';

/** How often it is looked for sessions that are due, in milliseconds. */
const INTERVAL = 1_000;

/** Nobody waits for it, so of a failure that lasts it is told once in this time (ms). */
const FAILURE_INTERVAL = 60_000;

/** How many sessions are looked at together. */
const BATCH = 100;

/**
 * Notices that sessions have ended by themselves, reports each once, and clears up what is left of
 * it. Every instance of the issuing app watches, so that any of them may be gone; of a session that
 * lives on it is known when it can end at the earliest, and it is left alone until then.
 */
@Injectable()
export class ExpiryWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #failures = new FailureLog('ExpiryWatch', FAILURE_INTERVAL);
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: IssuerSessionStore,
    private readonly log: SessionEventLog,
    private readonly recorder: SessionEventRecorder,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, INTERVAL);
    this.#timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /**
   * Looks once at all sessions that are due.
   *
   * @throws SessionStoreUnavailableError when the store does not answer; what was not done is due again.
   */
  async lookOnce(): Promise<void> {
    for (;;) {
      const due = await this.log.due(BATCH);
      await Promise.all(due.map((session) => this.#lookAt(session)));
      if (due.length < BATCH) return;
    }
  }

  async #run(): Promise<void> {
    try {
      await this.lookOnce();
    } catch (error) {
      this.#failures.report(error);
    }
    // Unless the app is shutting down.
    if (this.#timer) this.onApplicationBootstrap();
  }

  async #lookAt(session: WatchedSession): Promise<void> {
    const dueAt = await this.store.review(session.sessionId, session.userId);
    if (dueAt === null) await this.recorder.recordExpiry(session);
    else await this.log.postpone(session, dueAt);
  }
}
