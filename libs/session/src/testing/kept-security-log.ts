import type { SecurityEvent } from '../audit/security-event';
import { SecurityLog } from '../audit/security.log';

/** Security log that keeps its events. */
export class KeptSecurityLog extends SecurityLog {
  readonly events: SecurityEvent[] = [];

  override record(event: SecurityEvent): void {
    this.events.push(event);
  }
}
