import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as client from 'openid-client';
import { type LogoutToken, verifyLogoutToken } from './logout-token.js';
import { OidcSettings } from './oidc.settings.js';
import type { SignInAttempt } from './sign-in-attempt.cookie.js';

/** `profile` has the user's name and, at most providers, the groups. */
const SCOPE = 'openid profile';

/** The provider as it describes itself. */
interface Discovered {
  readonly configuration: client.Configuration;
  readonly keys: JWTVerifyGetKey;
}

/** Talks to the OpenID Connect provider. */
@Injectable()
export class OidcClient {
  #discovery: Promise<Discovered> | null = null;

  constructor(private readonly settings: OidcSettings) {}

  /** Begins a sign-in. Send the user to `url`, and keep `attempt` for {@link finish}. */
  async start(): Promise<{ url: URL; attempt: SignInAttempt }> {
    const { configuration } = await this.#discovered();
    const attempt: SignInAttempt = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.settings.callbackUrl,
      scope: SCOPE,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  }

  /**
   * Exchanges the code of the callback for a verified ID token.
   *
   * @param search Query of the callback, as it was sent.
   * @throws Error of openid-client when the provider refused the sign-in, or when the callback belongs to
   *   another attempt
   */
  async finish(
    search: string,
    { state, nonce, codeVerifier }: SignInAttempt,
  ): Promise<{ claims: client.IDToken; idToken: string }> {
    const { configuration } = await this.#discovered();
    const url = new URL(`${this.settings.callbackUrl}${search}`);
    // #region grant
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
    // #endregion grant
    const claims = tokens.claims();
    if (!claims || tokens.id_token === undefined) throw new Error('The provider sent no ID token.');
    return { claims, idToken: tokens.id_token };
  }

  /**
   * Returns the address at which the user signs out of the provider as well (OpenID Connect RP-Initiated
   * Logout), or the home page where the provider has none.
   */
  async logoutUrl(idToken: string): Promise<URL> {
    const { configuration } = await this.#discovered();
    const { homeUrl } = this.settings;
    if (configuration.serverMetadata().end_session_endpoint === undefined) return new URL(homeUrl);
    return client.buildEndSessionUrl(configuration, {
      id_token_hint: idToken,
      post_logout_redirect_uri: homeUrl,
    });
  }

  /** @throws Error when the token is not a logout token of the provider for this application */
  async verifyLogoutToken(token: string): Promise<LogoutToken> {
    const { configuration, keys } = await this.#discovered();
    const { issuer } = configuration.serverMetadata();
    return verifyLogoutToken(token, keys, { issuer, audience: this.settings.clientId });
  }

  /**
   * Reads the provider's description at the first use, and again after a failure. The application thus starts
   * and serves signed-in users while the provider is down.
   */
  #discovered(): Promise<Discovered> {
    this.#discovery ??= this.#discover().catch((cause: unknown) => {
      this.#discovery = null;
      throw new ServiceUnavailableException('The identity provider does not answer.', { cause });
    });
    return this.#discovery;
  }

  async #discover(): Promise<Discovered> {
    const { issuer, clientId, clientSecret, mayUseHttp } = this.settings;
    const authentication = client.ClientSecretBasic(clientSecret);
    const configuration = await client.discovery(issuer, clientId, {}, authentication, {
      // Deprecated as a warning: it is for development alone.
      execute: mayUseHttp ? [client.allowInsecureRequests] : [],
    });
    const { jwks_uri } = configuration.serverMetadata();
    if (jwks_uri === undefined) throw new Error('The provider publishes no keys (jwks_uri).');
    return { configuration, keys: createRemoteJWKSet(new URL(jwks_uri)) };
  }
}
