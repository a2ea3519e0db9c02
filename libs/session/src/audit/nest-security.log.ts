import { Logger } from '@nestjs/common';
import type { SecurityEvent } from './security-event.js';
import { SecurityLog } from './security.log.js';

/** Events of admitted requests that may come from a stolen token. An app may know the events of some features only. */
const SIGNS_OF_THEFT: ReadonlySet<string> = new Set(['session.clientChanged']);

/**
 * Writes security events to Nest's logger, in the context `Security`, each as one object: a logger that
 * writes JSON turns it into a line with searchable fields.
 *
 * Successes are logged at level `log`, failures and signs of theft at `warn`. A request without credentials
 * is logged at `debug`, because every crawler sends some.
 *
 * @example
 * ```ts
 * // Also sends each event to a collector.
 * export class CollectedSecurityLog extends NestSecurityLog {
 *   override record(event: SecurityEvent): void {
 *     super.record(event);
 *     collector.send(event);
 *   }
 * }
 * ```
 */
export class NestSecurityLog extends SecurityLog {
  readonly #logger = new Logger('Security');

  /** Logs an event at the level that its kind demands. */
  override record(event: SecurityEvent): void {
    if (event.event === 'session.denied' && event.reason === 'anonymous') this.#logger.debug(event);
    else if (event.outcome === 'success' && !SIGNS_OF_THEFT.has(event.event))
      this.#logger.log(event);
    else this.#logger.warn(event);
  }
}
