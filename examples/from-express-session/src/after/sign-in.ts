import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { TokenExtractor } from 'nest-sessions';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import type { User } from '../users/users.js';

/** Session of a user whom Passport has authenticated. */
@Injectable()
export class SignIn {
  constructor(
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  // #region sign-in
  async of({ id, username, roles }: User, request: Request, response: object): Promise<void> {
    const { token } = await this.sessions.create(
      {
        user: { id, username },
        roles,
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
        replaces: this.tokens.allIn(request).map(sessionIdOf),
      },
      { by: id, reason: 'signed-in' },
    );
    this.cookie.write(response, token, request);
  }
  // #endregion sign-in
}
