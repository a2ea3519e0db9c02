/**
 * Time of a sign-in that is not known, in epoch milliseconds. `@RequireRecentSignIn()` refuses the session
 * until the user signs in again.
 */
export const NEVER_RECENT = 1;
