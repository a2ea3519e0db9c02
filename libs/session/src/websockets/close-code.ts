import { HttpStatus } from '@nestjs/common';
import type { WebSocketsSettings } from './websockets.options.js';

/** Registered codes (RFC 6455, 7.4.1, and the registry of IANA that it founds). */
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

/** Private codes are the HTTP status plus this number (RFC 6455, 7.4.2). */
const PRIVATE = 4000;

/**
 * Returns the close code of a WebSocket whose denial has an HTTP status.
 * For instance, 401 becomes 4401.
 */
export function closeCodeOf(status: number, kind: WebSocketsSettings['closeCodes']): number {
  if (status === HttpStatus.SERVICE_UNAVAILABLE.valueOf()) return TRY_AGAIN_LATER;
  return kind === 'private' ? PRIVATE + status : POLICY_VIOLATION;
}
