import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import type { Session } from '../session/session.js';

/** How long a slide waits for others, in milliseconds. */
const FLUSH_INTERVAL = 1_000;

/** How many slides are under way at once: requests are not to wait behind thousands of them. */
const CHUNK = 100;

/** Sessions that were served from memory and whose idle clocks are to be slid in Redis. */
export class SlideQueue {
  readonly #logger = new Logger('SessionNearCache');
  /** By session id. */
  readonly #waiting = new Map<string, { session: Session; usedAt: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly slide: (session: Session, usedAt: number) => Promise<void>) {}

  /**
   * @param usedAt Monotonic milliseconds; of several times of one session the last counts.
   * @param expiresAt When the idle clock runs out; monotonic milliseconds.
   */
  add(session: Session, usedAt: number, expiresAt: number): void {
    this.#waiting.set(session.id, { session, usedAt });
    // A clock that has run out cannot be slid any more.
    if (expiresAt - usedAt < 2 * FLUSH_INTERVAL) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_INTERVAL).unref();
  }

  /** Slides all that wait. What fails is told and waits for its session to be served again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = [...this.#waiting.values()];
    this.#waiting.clear();
    const failures: unknown[] = [];
    for (let from = 0; from < due.length; from += CHUNK) {
      const chunk = due.slice(from, from + CHUNK);
      const slides = chunk.map(({ session, usedAt }) => this.slide(session, usedAt));
      for (const result of await Promise.allSettled(slides)) {
        if (result.status === 'rejected') failures.push(result.reason);
      }
    }
    if (failures.length === 0) return;
    this.#logger.warn(
      `The idle timeouts of ${failures.length} sessions were not renewed: ${describeError(failures[0])}`,
    );
  }
}
