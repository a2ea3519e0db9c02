import { Logger } from '@nestjs/common';
import type { SecurityLog } from '../audit/security.log.js';
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
  /** Reported signals by session, the session of the longest silence first. */
  readonly #told = new Map<string, Set<string>>();

  constructor(
    private readonly audit: SecurityLog,
    private readonly onSignal: BindingOptions['onSignal'],
  ) {}

  tell(signal: BindingSignal): void {
    if (!this.#isNew(signal)) return;
    const outcome = signal.refused ? 'failure' : 'success';
    this.audit.record({ event: 'session.clientChanged', outcome, ...signal });
    void this.#handOn(signal);
  }

  #isNew({ sessionId, changed, to, refused }: BindingSignal): boolean {
    const told = this.#told.get(sessionId) ?? new Set();
    // Moves the session to the end.
    this.#told.delete(sessionId);
    this.#told.set(sessionId, told);
    if (this.#told.size > MAX_SESSIONS) {
      const quietest = this.#told.keys().next();
      if (!quietest.done) this.#told.delete(quietest.value);
    }
    const name = JSON.stringify([changed, to, refused]);
    if (told.has(name) || told.size >= MAX_PER_SESSION) return false;
    told.add(name);
    return true;
  }

  async #handOn(signal: BindingSignal): Promise<void> {
    try {
      await this.onSignal?.(signal);
    } catch (error) {
      this.#logger.error(`onSignal failed: ${describeError(error)}`);
    }
  }
}
