import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { type Session, SessionGuard, type TokenRequest } from 'nest-sessions';
import { hasOldSession } from './has-old-session.js';
import { SessionUpgrade } from './session-upgrade.js';

/** Guard of a moved service: a request with an old session gets a Nest session first. */
@Injectable()
export class UpgradingGuard extends SessionGuard {
  @Inject(SessionUpgrade) private readonly upgrade!: SessionUpgrade;

  // #region find
  protected override async findSession(
    ...[request, call, rule]: Parameters<SessionGuard['findSession']>
  ): Promise<Session | null> {
    const session = await super.findSession(request, call, rule);
    if (session !== null || call !== null || !hasOldSession(request)) return session;
    return this.upgrade.sessionOf(request as Request);
  }
  // #endregion find

  /** The browser adds the old cookie by itself as well: the origin check covers both cookies. */
  protected override requireOwnOrigin(request: TokenRequest): void {
    const { headers, method } = request;
    const asNew = { method, headers: { ...headers, cookie: `${this.options.cookie.name}=` } };
    super.requireOwnOrigin(hasOldSession(request) ? asNew : request);
  }
}
