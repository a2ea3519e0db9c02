import { HttpStatus } from '@nestjs/common';
import { SessionException } from '../errors/session-exception.js';

/**
 * Reason of channels that are closed because their session could not be verified: the store has not answered, or
 * the proof that came with the opening has expired. The client may connect again at once.
 */
export function channelUnverified(): SessionException {
  return new SessionException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'ERR_SESSION_CHANNEL_UNVERIFIED',
    'Service Unavailable',
    'The session of this connection could not be verified. Connect again.',
  );
}
