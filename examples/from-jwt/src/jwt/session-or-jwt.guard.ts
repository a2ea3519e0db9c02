import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type AccessRule, Session, SessionGuard, type TokenRequest } from 'nest-sessions';
import { sessionIdOf } from 'nest-sessions/issuer';
import { ExchangedTokens } from './exchanged-tokens.js';
import { NEVER_RECENT } from './never-recent.js';
import { type Claims, OldTokens } from './old-tokens.js';

/** Accepts a session or, until a date, a JWT that has not become a session. */
@Injectable()
export class SessionOrJwtGuard extends SessionGuard {
  @Inject(OldTokens) private readonly oldTokens!: OldTokens;
  @Inject(ExchangedTokens) private readonly exchanged!: ExchangedTokens;

  /** With a session cookie, the JWT does not count: a logout or a ban must not fall back to it. */
  protected override requestOf(context: ExecutionContext): TokenRequest | null {
    const request = super.requestOf(context);
    if (request === null || !this.tokens.carriesCookie(request.headers)) return request;
    if (!isJwt(request.headers.authorization ?? '')) return request;
    return { headers: { ...request.headers, authorization: undefined } };
  }

  // #region find-session
  protected override findSession(
    request: TokenRequest,
    call: { readonly caller: string; readonly reference: string } | null,
    rule: AccessRule,
  ): Session | null | Promise<Session | null> {
    const token = call === null ? this.tokens.credentialOf(request)?.text : undefined;
    if (token !== undefined && isJwt(token)) return this.#sessionOfJwt(token);
    return super.findSession(request, call, rule);
  }

  async #sessionOfJwt(token: string): Promise<Session | null> {
    const claims = await this.oldTokens.verify(token);
    if (claims === null || (await this.exchanged.has(token))) return null;
    return sessionOf(token, claims);
  }
  // #endregion find-session
}

/** A session's token contains no dot. */
const isJwt = (text: string) => text.includes('.');

/** Session of one request: no store has it, and nothing can change or end it. */
function sessionOf(token: string, { sub, username, roles, iat, exp }: Claims): Session {
  return new Session({
    id: sessionIdOf(token),
    user: { id: sub, username },
    roles,
    createdAt: iat * 1_000,
    authenticatedAt: NEVER_RECENT,
    absoluteExpiresAt: exp * 1_000,
    idleTimeout: (exp - iat) * 1_000,
    userAgent: null,
    ip: null,
    data: {},
  });
}
