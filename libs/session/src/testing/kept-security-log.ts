import type { SecurityEvent } from '../audit/security-event.js';
import { SecurityLog } from '../audit/security.log.js';

/** Security log that keeps its events. */
export class KeptSecurityLog extends SecurityLog {
  readonly events: SecurityEvent[] = [];

  override record(event: SecurityEvent): void {
    this.events.push(event);
  }
}
