import type { SecurityEvent } from '../src/audit/security-event.js';
import { SecurityLog } from '../src/audit/security.log.js';

/** Security log that keeps its events. */
export class KeptSecurityLog extends SecurityLog {
  readonly events: SecurityEvent[] = [];

  override record(event: SecurityEvent): void {
    this.events.push(event);
  }
}
