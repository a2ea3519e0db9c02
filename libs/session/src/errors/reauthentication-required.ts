import { HttpStatus } from '@nestjs/common';
import { type Denied, SessionException } from './session-exception.js';

/** Default redirect target for re-authentication. */
export const REAUTHENTICATE_AT = '/auth/reauthenticate';

/** Details of a denial that requires re-authentication. */
export interface Reauthentication {
  /** Maximum time since the last authentication, in milliseconds. No limit when omitted or `null`. */
  readonly maxAge?: number | null;
  /** Redirect target for re-authentication: a path, or a URL. */
  readonly at: string;
  /** Denied user or service, for the security log. Not part of the response. */
  readonly who?: Denied;
}

/**
 * Creates a 403 for a live session with the required roles whose user must re-authenticate. Causes: the
 * authentication is too old, the client has changed, or the token was replaced a moment ago.
 *
 * The problem contains the redirect target and, if the route limits the age, `maxAge` in seconds. The
 * response has no header that makes a browser prompt for a password.
 *
 * @example
 * throw reauthenticationRequired({ maxAge: 300_000, at: '/auth/reauthenticate' });
 */
export function reauthenticationRequired({
  maxAge = null,
  at,
  who = {},
}: Reauthentication): SessionException {
  return new SessionException(
    HttpStatus.FORBIDDEN,
    'ERR_SESSION_REAUTHENTICATION_REQUIRED',
    'Forbidden',
    `Enter your password again, at ${at}.`,
    {},
    {
      who,
      members: {
        ...(maxAge === null ? {} : { maxAge: Math.floor(maxAge / 1_000) }),
        reauthenticate: at,
      },
    },
  );
}
