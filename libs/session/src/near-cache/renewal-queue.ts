import { Logger } from '@nestjs/common';
import { describeError } from '../common/describe-error.js';
import { inBatches } from '../common/in-batches.js';
import type { Session } from '../session/session.js';

/** Time that a renewal waits for others, in milliseconds. */
const FLUSH_INTERVAL = 1_000;

/** Number of concurrent renewals: requests must not wait behind thousands of them. */
const CONCURRENCY = 100;

/** Queue of sessions that were served from memory and whose idle timeouts are to be renewed in Redis. */
export class RenewalQueue {
  readonly #logger = new Logger('SessionNearCache');
  /** Last use of each session, by session id. */
  readonly #waiting = new Map<string, { session: Session; usedAt: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly renew: (session: Session, usedAt: number) => Promise<void>) {}

  /**
   * @param usedAt Time of the use, in monotonic milliseconds. Of several uses of a session, the last counts.
   * @param expiresAt Time at which the idle timeout expires, in monotonic milliseconds.
   */
  add(session: Session, usedAt: number, expiresAt: number): void {
    this.#waiting.set(session.id, { session, usedAt });
    // An idle timeout that has expired can no longer be renewed.
    if (expiresAt - usedAt < 2 * FLUSH_INTERVAL) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_INTERVAL).unref();
  }

  /** Renews all queued idle timeouts. Failures are logged; a failed session waits to be served again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = [...this.#waiting.values()];
    this.#waiting.clear();
    const failures: unknown[] = [];
    const attempt = async ({ session, usedAt }: (typeof due)[number]) => {
      try {
        await this.renew(session, usedAt);
      } catch (error) {
        failures.push(error);
      }
    };
    await inBatches(due, attempt, CONCURRENCY);
    if (failures.length === 0) return;
    this.#logger.warn(
      `The idle timeouts of ${failures.length} sessions were not renewed: ${describeError(failures[0])}`,
    );
  }
}
