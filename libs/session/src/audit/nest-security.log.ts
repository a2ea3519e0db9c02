import { Logger } from '@nestjs/common';
import type { SecurityEvent } from './security-event.js';
import { SecurityLog } from './security.log.js';

/**
 * Writes security events through Nest's logger, in the context `Security`, each as one object: a logger
 * that writes JSON makes a line of it whose fields can be searched.
 *
 * What went well is at level `log`, what failed, or looks like theft, at `warn`. A request without anything that says who asks
 * is at `debug`: every crawler makes some.
 */
export class NestSecurityLog extends SecurityLog {
  readonly #logger = new Logger('Security');

  override record(event: SecurityEvent): void {
    if (event.event === 'session.denied' && event.reason === 'anonymous') this.#logger.debug(event);
    else if (event.outcome === 'success' && event.event !== 'session.clientChanged')
      this.#logger.log(event);
    else this.#logger.warn(event);
  }
}
