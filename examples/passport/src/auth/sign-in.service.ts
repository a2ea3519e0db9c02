import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { TokenExtractor } from 'nest-sessions';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import type { User } from '../users/users.js';

/** Turns a user whom any Passport strategy has authenticated into a session, and back. */
@Injectable()
export class SignInService {
  constructor(
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  async signIn({ id, username, roles }: User, request: Request, response: object): Promise<void> {
    const { token } = await this.sessions.create(
      {
        user: { id, username },
        roles,
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
        // Every sign-in gets a new token. An earlier session of this browser ends.
        replaces: this.#sessionIds(request),
      },
      { by: id, reason: 'signed-in' },
    );
    this.cookie.write(response, token, request);
  }

  async signOut(request: Request, response: object): Promise<void> {
    for (const id of this.#sessionIds(request)) {
      await this.sessions.revoke(id, { reason: 'signed-out' });
    }
    this.cookie.clear(response, request);
  }

  /** Ends the user's sessions in all browsers, on every service. */
  async signOutEverywhere(userId: string, request: Request, response: object): Promise<void> {
    await this.sessions.revokeAll(userId, { by: userId, reason: 'signed-out-everywhere' });
    this.cookie.clear(response, request);
  }

  #sessionIds(request: Request): string[] {
    return this.tokens.allIn(request).map(sessionIdOf);
  }
}
