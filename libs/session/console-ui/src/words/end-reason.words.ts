/** Reasons that the library and the sample system record with the end of a session. */
const REASONS: Readonly<Record<string, string>> = {
  'signed-in': 'Signed in again',
  'signed-out': 'Signed out',
  'ended-by-owner': 'Ended by its owner',
  'ended-by-administrator': 'Ended by an administrator',
  disabled: 'Account disabled',
  'password-changed': 'Password changed',
  're-authenticated': 'Password confirmed',
  reauthenticated: 'Password confirmed',
  'too-many': 'Too many sessions: the oldest ended',
  replaced: 'Replaced by a new sign-in',
  'not-issued': 'Sign-in not completed',
  'changed-meanwhile': 'Account changed meanwhile',
};

const TYPES: Readonly<Record<string, string>> = {
  revoked: 'Ended',
  expired: 'Expired without use',
  rotated: 'Replaced by a new token',
};

/** Returns why a session ended, in words. An unknown reason is shown as it is recorded. */
export function endReasonWords(type: string, reason: string | null): string {
  if (reason !== null && reason !== '') {
    const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
    const text = known ?? reason.replaceAll('-', ' ');
    return text.charAt(0).toUpperCase() + text.slice(1);
  }
  return TYPES[type] ?? type;
}
