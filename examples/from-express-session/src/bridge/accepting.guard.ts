import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SessionGuard, SessionStore } from 'nest-sessions';
import { Users } from '../users/users.js';
import { replacementOf } from './replacement-of.js';

/** Guard of a service on express-session: a Nest session signs its user in as well. */
// #region guard
@Injectable()
export class AcceptingGuard extends SessionGuard {
  @Inject(Users) private readonly users!: Users;
  @Inject(SessionStore) private readonly store!: SessionStore;

  protected override async decide(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    this.requireOwnOrigin(request);
    const session =
      (await this.source.find(request)) ?? (await replacementOf(request.session, this.store));
    if (session !== null) {
      request.user = (await this.users.find(session.user.id)) ?? undefined;
      this.keepAlive(session);
    }
    return true; // AuthenticatedGuard decides, as before
  }
}
// #endregion guard
