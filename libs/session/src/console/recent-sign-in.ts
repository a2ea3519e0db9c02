/**
 * Maximum age of the last sign-in of a user who ends sessions. A thief with the token of an open browser must
 * not sign users out (OWASP ASVS 5.0, 7.5.2).
 */
export const RECENT_SIGN_IN = '5m';
