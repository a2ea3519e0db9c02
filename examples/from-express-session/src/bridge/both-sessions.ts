import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { TokenExtractor } from 'nest-sessions';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { OLD_COOKIE } from '../before/old-session.js';
import { hasOldSession } from './has-old-session.js';
import { OldSessionStore } from './old-session.store.js';

/** Ends old and Nest sessions together. */
@Injectable()
export class BothSessions {
  constructor(
    private readonly old: OldSessionStore,
    private readonly sessions: SessionManager,
    private readonly tokens: TokenExtractor,
    private readonly cookie: SessionCookie,
  ) {}

  /** Ends the sessions of this browser, also where another request replaces the old session meanwhile. */
  async endOf(request: Request, response: Response): Promise<void> {
    if (hasOldSession(request)) {
      const replacedBy = await this.old.end(request.sessionID);
      if (replacedBy !== null) await this.sessions.revoke(replacedBy, { reason: 'signed-out' });
    }
    await this.endNestSessionsOf(request, response);
    response.clearCookie(OLD_COOKIE);
  }

  async endNestSessionsOf(request: Request, response: Response): Promise<void> {
    for (const token of this.tokens.allIn(request)) {
      await this.sessions.revoke(sessionIdOf(token), { reason: 'signed-out' });
    }
    this.cookie.clear(response, request);
  }

  /** Ends all sessions of a user. Old sessions first: an upgrade under way then fails, or is found after. */
  async endAllOf(userId: string, reason: string): Promise<void> {
    await this.old.endAllOf(userId);
    await this.sessions.revokeAll(userId, { reason });
  }
}
