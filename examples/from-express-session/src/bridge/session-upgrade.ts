import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type Session, SessionStore } from 'nest-sessions';
import { SessionCookie, SessionManager } from 'nest-sessions/issuer';
import { OLD_COOKIE } from '../before/old-session.js';
import { Users } from '../users/users.js';
import { OldSessionStore } from './old-session.store.js';
import { replacementOf } from './replacement-of.js';

/** Replaces old sessions by Nest sessions, with the requests of their users. */
@Injectable()
export class SessionUpgrade {
  constructor(
    private readonly users: Users,
    private readonly old: OldSessionStore,
    private readonly store: SessionStore,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  /** Returns the Nest session of a request with an old session, or `null`. */
  async sessionOf(request: Request): Promise<Session | null> {
    const { sessionID: sid, session: old } = request;
    const user = await this.#userOf(old.passport?.user);
    if (user === null) return replacementOf(old, this.store);
    // #region create
    const issued = await this.sessions.create(
      {
        user: { id: user.id, username: user.username },
        roles: user.roles, // of today: the old record may be older than a change
        data: { theme: old.theme },
        authenticatedAt: 1, // unknown, so never recent for @RequireRecentSignIn()
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
      },
      { by: user.id, reason: 'upgraded' },
      {
        confirm: async ({ id }) =>
          isDeepStrictEqual(await this.#userOf(user.id), user) && this.old.replace(sid, id),
      },
    );
    if (issued === null) return replacementOf((await this.old.get(sid)) ?? {}, this.store);
    const response = request.res as Response;
    this.cookie.write(response, issued.token, request);
    response.clearCookie(OLD_COOKIE);
    return issued.session;
    // #endregion create
  }

  #userOf(id: string | undefined) {
    return id === undefined ? Promise.resolve(null) : this.users.find(id);
  }
}
