import { Injectable } from '@nestjs/common';
import type { SecurityEvent } from './security-event.js';
import { SecurityLog } from './security.log.js';

/** Receives the security events of this process as they are recorded. Returns at once and throws nothing. */
export type SecurityEventListener = (event: SecurityEvent) => void;

/** Security events of this process, for features that count them. */
@Injectable()
export class SecurityEventFeed {
  readonly #listeners = new Set<SecurityEventListener>();

  /** @returns a function that ends the subscription */
  subscribe(listener: SecurityEventListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Returns a log that also feeds the listeners. */
  observe(log: SecurityLog): SecurityLog {
    return new ObservedSecurityLog(log, this.#listeners);
  }
}

class ObservedSecurityLog extends SecurityLog {
  constructor(
    private readonly log: SecurityLog,
    private readonly listeners: ReadonlySet<SecurityEventListener>,
  ) {
    super();
  }

  override record(event: SecurityEvent): void {
    this.log.record(event);
    for (const listener of this.listeners) listener(event);
  }
}
