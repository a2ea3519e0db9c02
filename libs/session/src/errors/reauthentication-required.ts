import { HttpStatus } from '@nestjs/common';
import { type Denied, SessionException } from './session-exception.js';

/** Where users prove anew who they are, where nothing else was configured. */
export const REAUTHENTICATE_AT = '/auth/reauthenticate';

/** What a client is told to do about it. */
export interface Reauthentication {
  /** How long ago the user may have signed in for this, in milliseconds; any time when left out. */
  readonly maxAge?: number | null;
  /** Where the user proves anew who they are: a path, or a URL. */
  readonly at: string;
  /** For the security log, no part of the answer. */
  readonly who?: Denied;
}

/**
 * 403: signed in, with the roles, but not recently enough, by another client, or with a token that was
 * replaced a moment ago. The problem says where to go, and where an age was asked for, `maxAge` in seconds.
 * Without a header that would have a browser ask for a password by itself.
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
