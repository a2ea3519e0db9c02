import { Logger } from '@nestjs/common';
import type { SecurityLog } from '../audit/security.log.js';
import { BoundedMap } from '../common/bounded-map.js';
import { describeError } from '../common/describe-error.js';
import type { BindingOptions } from './binding.options.js';
import type { BindingSignal } from './binding-signal.js';

/** Maximum number of sessions whose reported signals are remembered. */
const MAX_SESSIONS = 5_000;

/** Maximum number of signals per session: a holder of its token can send any number of user agents. */
const MAX_PER_SESSION = 10;

/**
 * Reports signals to the log and to `onSignal`. A signal is reported once, even if every request repeats it.
 */
export class BindingSignals {
  readonly #logger = new Logger('SessionBinding');
  /** Reported signals by session, least recently observed session first. */
  readonly #reported = new BoundedMap<string, Set<string>>(MAX_SESSIONS);

  constructor(
    private readonly audit: SecurityLog,
    private readonly onSignal: BindingOptions['onSignal'],
  ) {}

  report(signal: BindingSignal): void {
    if (!this.#isNew(signal)) return;
    const outcome = signal.refused ? 'failure' : 'success';
    this.audit.record({ event: 'session.clientChanged', outcome, ...signal });
    void this.#callListener(signal);
  }

  #isNew({ sessionId, changed, to, refused }: BindingSignal): boolean {
    const reported = this.#reported.get(sessionId) ?? new Set();
    // Also for a known session: the entry moves to the end.
    this.#reported.set(sessionId, reported);
    const name = JSON.stringify([changed, to, refused]);
    if (reported.has(name) || reported.size >= MAX_PER_SESSION) return false;
    reported.add(name);
    return true;
  }

  async #callListener(signal: BindingSignal): Promise<void> {
    try {
      await this.onSignal?.(signal);
    } catch (error) {
      this.#logger.error(`onSignal failed: ${describeError(error)}`);
    }
  }
}
