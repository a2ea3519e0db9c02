import {
  REAUTHENTICATE_AT,
  reauthenticationRequired,
} from '../errors/reauthentication-required.js';
import {
  roleRequired,
  type SessionException,
  sessionRequired,
} from '../errors/session-exception.js';
import { transportHeader } from './transport-headers.js';

/** Metadata key of this library's error codes over gRPC, whose own codes are numbers. */
const GRPC_CODE = 'x-session-error';

/**
 * Returns the denial that a called service's error means for the caller of this service. The result is the
 * same denial when the error is about the user, and `null` for any other error.
 *
 * @param error Error of a Nest client's observable.
 * @param at Redirect target for re-authentication, used when the error requires it and names no target.
 *
 * @example
 * ```ts
 * const orders = client
 *   .send('orders.list', {})
 *   .pipe(catchError((error: unknown) => throwError(() => denialOf(error) ?? error)));
 * ```
 */
export function denialOf(error: unknown, at = REAUTHENTICATE_AT): SessionException | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, metadata, maxAge, reauthenticate } = error as Readonly<Record<string, unknown>>;
  const stable =
    typeof metadata === 'object' && metadata !== null ? transportHeader(metadata, GRPC_CODE) : code;
  if (stable === 'ERR_SESSION_REQUIRED') return sessionRequired();
  if (stable === 'ERR_SESSION_ROLE_REQUIRED') return roleRequired();
  if (stable === 'ERR_SESSION_REAUTHENTICATION_REQUIRED') {
    return reauthenticationRequired({
      maxAge: typeof maxAge === 'number' ? maxAge * 1_000 : null,
      at: typeof reauthenticate === 'string' ? reauthenticate : at,
    });
  }
  return null;
}
