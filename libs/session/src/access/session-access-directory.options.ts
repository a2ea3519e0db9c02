import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../common/duration.js';
import { requireServiceName } from '../common/service-name.js';

/** Options of `AccessDirectory`: the services whose catalogues count, and for how long. */
export interface SessionAccessDirectoryOptions {
  /**
   * Names of the services whose catalogues count. Any other service has no routes, even if it publishes some.
   * A compromised service can therefore not invent another service.
   */
  services: readonly string[];
  /**
   * Time without a heartbeat after which a service is stale: its routes are rejected until it is back. A
   * service sends a heartbeat every 5 s.
   * @default '30s'
   */
  staleAfter?: Duration;
  /**
   * Interval at which the catalogues are read again.
   * @default '2s'
   */
  refreshInterval?: Duration;
  /**
   * Maximum age of the catalogues while the store is unavailable. Look-ups with older catalogues fail.
   * @default '10s'
   */
  maxAge?: Duration;
}

/** Validated options, with every default filled in. */
export class AccessDirectoryOptions {
  readonly services: readonly string[];
  /** Milliseconds. */
  readonly staleAfter: number;
  /** Milliseconds. */
  readonly refreshInterval: number;
  /** Milliseconds. */
  readonly maxAge: number;

  /** @throws SessionOptionsError naming the option and what it should be. */
  constructor(options: SessionAccessDirectoryOptions) {
    this.services = [...new Set(options.services)];
    this.staleAfter = toMilliseconds('staleAfter', options.staleAfter ?? '30s');
    this.refreshInterval = toMilliseconds('refreshInterval', options.refreshInterval ?? '2s');
    this.maxAge = toMilliseconds('maxAge', options.maxAge ?? '10s');
    for (const name of this.services) requireServiceName('services', name);
    if (this.maxAge < this.refreshInterval) {
      throw new SessionOptionsError(
        'maxAge is shorter than refreshInterval, so every catalogue would expire before its refresh. Increase maxAge.',
      );
    }
  }
}
