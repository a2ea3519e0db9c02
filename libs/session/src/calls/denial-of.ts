import { REAUTHENTICATE_AT, reauthenticationRequired } from '../errors/reauthentication-required.js';
import { roleRequired, type SessionException, sessionRequired } from '../errors/session-exception.js';
import { transportHeader } from './transport-headers.js';

/** Where gRPC, whose errors have numbers for codes, has ours: in the metadata. */
const GRPC_CODE = 'x-session-error';

/**
 * What a called service's refusal means for the one who has asked this one: the same denial where it was
 * about the user, `null` where it was about anything else.
 *
 * @param error What a Nest client's observable ended with.
 * @param at Where the user proves anew who they are, should that be what is missing and the error not say it.
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
