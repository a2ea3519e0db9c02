// #region devices
import { Controller, Delete, Get } from '@nestjs/common';
import {
  CurrentSession,
  CurrentUser,
  RequireRecentSignIn,
  type Session,
  type SessionUser,
} from 'nest-sessions';
import { SessionManager } from 'nest-sessions/issuer';

@Controller('auth/sessions')
export class DevicesController {
  constructor(private readonly manager: SessionManager) {}

  @Get()
  async list(@CurrentUser() user: SessionUser) {
    const snapshots = await this.manager.listByUser(user.id);
    return snapshots.map(({ session, lastSeenAt }) => ({
      id: session.id,
      userAgent: session.userAgent,
      lastSeenAt,
    }));
  }

  /** Signs out everywhere else. */
  @Delete()
  @RequireRecentSignIn('5m')
  async endOthers(@CurrentSession() session: Session) {
    await this.manager.revokeAll(session.user.id, { except: session.id, reason: 'logout-others' });
  }
}
// #endregion devices
