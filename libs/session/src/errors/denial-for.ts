import type { Decision } from '../roles/session-authorizer.js';
import { reauthenticationRequired } from './reauthentication-required.js';
import { type Denied, roleRequired, type SessionException } from './session-exception.js';

/** Circumstances of a decision that the denial reports. */
export interface DecisionDetails {
  /** Denied user, and the service that calls on their behalf, for the security log. */
  readonly who: Denied;
  /** Maximum time since the user's last authentication, in milliseconds; `null` for no limit. */
  readonly maxSignInAge: number | null;
  /** Redirect target for re-authentication: the option `reauthenticateAt`. */
  readonly reauthenticateAt: string;
}

/**
 * Creates the denial that a decision of `SessionAuthorizer` leads to, for the guard and for a gateway's forward
 * auth alike.
 *
 * @example
 * if (decision !== 'authorized') {
 *   throw denialFor(decision, { who, maxSignInAge: null, reauthenticateAt: '/sign-in' });
 * }
 */
export function denialFor(
  decision: Exclude<Decision, 'authorized'>,
  { who, maxSignInAge, reauthenticateAt }: DecisionDetails,
): SessionException {
  return decision === 'reauthentication-required'
    ? reauthenticationRequired({ maxAge: maxSignInAge, at: reauthenticateAt, who })
    : roleRequired(who);
}
