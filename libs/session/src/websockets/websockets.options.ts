import { refuseOtherOptions } from '../common/refuse-other-options.js';
import { SessionOptionsError } from '../errors/session-options.error.js';

const CLOSE_CODES = ['private', 'registered'] as const;

/** Options of `SessionWebSocketsModule`. */
export interface WebSocketsOptions {
  /**
   * Close codes of plain WebSockets whose session has ended or lacks a role:
   * - `'private'`: 4401 without a session, 4403 without the permission.
   * - `'registered'`: 1008 for both, for clients and proxies that accept only registered codes
   *   (RFC 6455, 7.4.2).
   *
   * In both cases, the reason is the stable code, and 1013 means "try again later". Socket.IO has no close
   * codes: its clients receive the code in an `exception` event.
   * @default 'private'
   */
  closeCodes?: (typeof CLOSE_CODES)[number];
}

/** {@link WebSocketsOptions} with every default filled in. */
export type WebSocketsSettings = Required<WebSocketsOptions>;

/** @throws SessionOptionsError naming the option and its expected value */
export function webSocketsSettingsOf(given: WebSocketsOptions): WebSocketsSettings {
  const { closeCodes = 'private', ...others } = given;
  refuseOtherOptions('SessionWebSocketsModule', others, ['closeCodes']);
  if (!CLOSE_CODES.includes(closeCodes)) {
    throw new SessionOptionsError(
      `closeCodes must be 'private' or 'registered', got '${closeCodes}'.`,
    );
  }
  return { closeCodes };
}
