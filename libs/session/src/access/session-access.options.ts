import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../options/duration.js';
import { requireServiceName } from '../options/service-name.js';

/** Whose catalogues count, and for how long. */
export interface SessionAccessModuleOptions {
  /**
   * The services whose catalogues count. A service that is not named here has no routes, whatever is
   * published: otherwise one that was taken over could invent another.
   */
  services: readonly string[];
  /**
   * A service that was not seen for this long is stale: its routes are refused until it is back. It says
   * that it is there every 5 s.
   * @default '30s'
   */
  staleAfter?: Duration;
  /**
   * How often the catalogues are read again.
   * @default '2s'
   */
  refreshInterval?: Duration;
  /**
   * What was read longer ago than this answers no question while the store is away.
   * @default '10s'
   */
  maxAge?: Duration;
}

/** The options with every default filled in and every value checked. */
export class SessionAccessOptions {
  readonly services: readonly string[];
  /** Milliseconds. */
  readonly staleAfter: number;
  /** Milliseconds. */
  readonly refreshInterval: number;
  /** Milliseconds. */
  readonly maxAge: number;

  /** @throws SessionOptionsError naming the option and what it should be. */
  constructor(options: SessionAccessModuleOptions) {
    this.services = [...new Set(options.services)];
    this.staleAfter = toMilliseconds('staleAfter', options.staleAfter ?? '30s');
    this.refreshInterval = toMilliseconds('refreshInterval', options.refreshInterval ?? '2s');
    this.maxAge = toMilliseconds('maxAge', options.maxAge ?? '10s');
    for (const name of this.services) requireServiceName('services', name);
    if (this.maxAge < this.refreshInterval) {
      throw new SessionOptionsError(
        `maxAge is shorter than refreshInterval, so that nothing would be known in between. Lengthen it.`,
      );
    }
  }
}
