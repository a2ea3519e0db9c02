import { SessionOptionsError } from '../errors/session-options.error';
import { type Duration, toMilliseconds } from '../options/duration';

/** What the issuing app decides about the sessions that it makes. */
export interface SessionIssuerModuleOptions {
  /**
   * A session ends when it is not used for this long.
   * @default '30m'
   */
  idleTimeout?: Duration;
  /**
   * A session ends this long after the sign-in, however busy it is.
   * @default '12h'
   */
  absoluteTimeout?: Duration;
  /**
   * How many sessions a user may have at once; the oldest goes first.
   * @default 10
   */
  maxPerUser?: number;
}

/** The options with every default filled in and every value checked. */
export class SessionIssuerOptions {
  /** Milliseconds. */
  readonly idleTimeout: number;
  /** Milliseconds. */
  readonly absoluteTimeout: number;
  readonly maxPerUser: number;

  /** @throws SessionOptionsError naming the option and what it should be. */
  constructor(options: SessionIssuerModuleOptions) {
    this.idleTimeout = toMilliseconds('idleTimeout', options.idleTimeout ?? '30m');
    this.absoluteTimeout = toMilliseconds('absoluteTimeout', options.absoluteTimeout ?? '12h');
    this.maxPerUser = options.maxPerUser ?? 10;
    if (this.idleTimeout > this.absoluteTimeout) {
      throw new SessionOptionsError(
        `idleTimeout is longer than absoluteTimeout and would never apply. Shorten it, or lengthen the other.`,
      );
    }
    if (!Number.isSafeInteger(this.maxPerUser) || this.maxPerUser < 1) {
      throw new SessionOptionsError(`maxPerUser: give a whole number, 1 or more.`);
    }
  }
}
