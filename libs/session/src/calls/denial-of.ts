import { roleRequired, type SessionException, sessionRequired } from '../errors/session-exception';

/**
 * What a called service's refusal means for the one who has asked this one: the same denial where it was
 * about the user, `null` where it was about anything else.
 *
 * @param error What a Nest client's observable ended with.
 */
export function denialOf(error: unknown): SessionException | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'ERR_SESSION_REQUIRED') return sessionRequired();
  if (code === 'ERR_SESSION_ROLE_REQUIRED') return roleRequired();
  return null;
}
