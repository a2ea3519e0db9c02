import type { SecurityEvent } from './security-event.js';

/**
 * Destination of security events. The default is Nest's logger; pass another log to `SessionModule` as
 * `securityLog`.
 *
 * `record` is called while a request is served, so that the context of the request (`AsyncLocalStorage`) is
 * available. It returns at once and throws nothing: an event that cannot be written must fail no request.
 *
 * @example
 * ```ts
 * export class JsonSecurityLog extends SecurityLog {
 *   override record(event: SecurityEvent): void {
 *     process.stdout.write(`${JSON.stringify(event)}\n`);
 *   }
 * }
 * ```
 */
export abstract class SecurityLog {
  /** Writes an event. */
  abstract record(event: SecurityEvent): void;
}
