import { Inject, Injectable } from '@nestjs/common';
import { type AccessRule, Session, SessionGuard, type TokenRequest } from 'nest-sessions';
import { type OldSession, OldSessions } from './old-sessions.js';
import { type User, Users } from './users.js';

/** Accepts a session or, in a request without a token of nest-sessions, a session of better-auth. */
@Injectable()
export class SessionOrBetterAuthGuard extends SessionGuard {
  @Inject(OldSessions) private readonly oldSessions!: OldSessions;
  @Inject(Users) private readonly users!: Users;

  /** Browsers send the cookie of better-auth by themselves, as they send the session cookie. */
  protected override requireOwnOrigin(request: TokenRequest): void {
    const { headers, method } = request;
    const cookie = carriesOldCookie(request) ? `${this.options.cookie.name}=` : headers.cookie;
    super.requireOwnOrigin({ method, headers: { ...headers, cookie } });
  }

  protected override findSession(
    request: TokenRequest,
    call: { readonly caller: string; readonly reference: string } | null,
    rule: AccessRule,
  ): Session | null | Promise<Session | null> {
    const { headers } = request;
    const hasToken = this.tokens.carriesCookie(headers) || this.tokens.carriesBearer(headers);
    if (call !== null || hasToken || !carriesOldCookie(request)) {
      return super.findSession(request, call, rule);
    }
    return this.#sessionOfBetterAuth(headers.cookie ?? '');
  }

  async #sessionOfBetterAuth(cookie: string): Promise<Session | null> {
    const old = await this.oldSessions.find(new Headers({ cookie }));
    const user = old && (await this.users.findActive(old.userId));
    return user && sessionOf(user, old);
  }
}

const carriesOldCookie = ({ headers }: TokenRequest) => /session_token=/.test(headers.cookie ?? '');

/** Session of one request: `SessionManager` does not know it. */
function sessionOf({ id, username, roles }: User, old: OldSession): Session {
  return new Session({
    id: old.id,
    user: { id, username },
    roles,
    createdAt: old.signedInAt.getTime(),
    authenticatedAt: old.signedInAt.getTime(),
    absoluteExpiresAt: old.expiresAt.getTime(),
    idleTimeout: Math.max(1, old.expiresAt.getTime() - Date.now()),
    userAgent: null,
    ip: null,
    data: {},
  });
}
