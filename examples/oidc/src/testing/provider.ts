import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';

export const CLIENT_ID = 'reports-app';
export const CLIENT_SECRET = 'a-secret-for-development';

/** Groups of the provider's users. Any other name signs in as well, without groups. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { ada: ['analysts', 'cyclists'] };

/** OpenID Connect provider on this machine, for development and tests. It accepts every password. */
export interface RunningProvider {
  readonly issuer: string;
  /** Signs a logout token with the provider's key. `claims` replace the claims of a valid token. */
  logoutToken(claims: JWTPayload): Promise<string>;
  close(): void;
}

/** @param appUrl Origin of the application, to which the provider redirects. */
export async function startProvider(appUrl: string, port: number): Promise<RunningProvider> {
  const issuer = `http://127.0.0.1:${port.toString()}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${appUrl}/auth/callback`],
        post_logout_redirect_uris: [`${appUrl}/`],
        backchannel_logout_uri: `${appUrl}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ['sub', 'sid'], profile: ['preferred_username', 'groups'] },
    // Claims of `profile` in the ID token, as most providers have them.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    // The default refuses to call addresses of this machine, where the application runs.
    fetch: (target, options) => fetch(target, { ...options, dispatcher: undefined }),
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: GROUPS[id] ?? [] }),
    }),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'key', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
  });
  const server = createServer(provider.callback()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer,
    logoutToken: (claims) =>
      new SignJWT({
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        iss: issuer,
        aud: CLIENT_ID,
        iat: Math.floor(Date.now() / 1000),
        exp: Math.floor(Date.now() / 1000) + 120,
        jti: randomBytes(16).toString('hex'),
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'key', typ: 'logout+jwt' })
        .sign(privateKey),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
