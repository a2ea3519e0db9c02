import { Inject, Injectable } from '@nestjs/common';
import { sessionIdOf } from 'nest-sessions/issuer';
import { BETTER_AUTH, type BetterAuth } from './better-auth.js';

/** Session of better-auth. */
export interface OldSession {
  /** SHA-256 of its token. */
  readonly id: string;
  readonly userId: string;
  readonly signedInAt: Date;
  readonly expiresAt: Date;
  /** Ends it. @returns `false` when another request was faster */
  end(): Promise<boolean>;
}

@Injectable()
export class OldSessions {
  constructor(@Inject(BETTER_AUTH) private readonly auth: BetterAuth) {}

  /** Returns the better-auth session of a request, otherwise `null`. */
  async find(headers: Headers): Promise<OldSession | null> {
    const found = await this.auth.api.getSession({
      headers,
      // A copy in a cookie may outlive its session in the database.
      query: { disableCookieCache: true },
    });
    // An administrator who impersonates a user does not become that user.
    if (found === null || found.session.impersonatedBy != null) return null;
    const { userId, token, createdAt: signedInAt, expiresAt } = found.session;
    return { id: sessionIdOf(token), userId, signedInAt, expiresAt, end: () => this.#end(token) };
  }

  async #end(token: string): Promise<boolean> {
    const { adapter } = await this.auth.$context;
    // Of several requests at once, one gets the row.
    const where = [{ field: 'token', value: token }];
    return (await adapter.consumeOne({ model: 'session', where })) !== null;
  }

  /** Returns the headers `Set-Cookie` that clear better-auth's cookies. */
  async clearedCookies(headers: Headers): Promise<string[]> {
    const signedOut = await this.auth.api.signOut({ headers, returnHeaders: true });
    return signedOut.headers.getSetCookie();
  }
}
