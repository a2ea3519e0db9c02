import type { SecurityEvent } from './security-event.js';

/**
 * Where security events are written down. The default is Nest's logger; another is given to
 * `SessionModule` as `securityLog`.
 *
 * It is called while a request is served, so that what knows of the request (`AsyncLocalStorage`) finds
 * it. It returns at once and throws nothing: an event that cannot be written must fail no request.
 */
export abstract class SecurityLog {
  abstract record(event: SecurityEvent): void;
}
