import { jwtVerify, type JWTVerifyGetKey } from 'jose';

/** User whose sessions end, and the session at the provider where the provider names it. */
export interface LogoutToken {
  readonly sub: string;
  readonly sid: string | null;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Age after which a captured token is worthless. The provider sends the token at once. */
const MAX_AGE = '2m';

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6).
 *
 * @throws Error naming the claim that is missing or wrong
 */
export async function verifyLogoutToken(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience }: { issuer: string; audience: string },
): Promise<LogoutToken> {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    maxTokenAge: MAX_AGE,
    clockTolerance: '30s',
    requiredClaims: ['exp', 'jti'],
  });
  const { sub, sid, events, nonce } = payload;
  const isLogout = typeof events === 'object' && events !== null && EVENT in events;
  if (!isLogout) throw new Error('The claim events names no logout.');
  // An ID token has a nonce: it must not pass for a logout token.
  if (nonce !== undefined) throw new Error('A logout token has no claim nonce.');
  if (sub === undefined) throw new Error('The claim sub is missing: register with sub.');
  return { sub, sid: typeof sid === 'string' ? sid : null };
}
