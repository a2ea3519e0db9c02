import { BadRequestException, Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { CurrentSession, RequireRecentSignIn, type Session } from 'nest-sessions';
import { SessionManager } from 'nest-sessions/issuer';

// #region controller
@Controller('profile') // closed by itself: no guard to remember
export class ProfileController {
  constructor(private readonly sessions: SessionManager) {}

  @Get()
  show(@CurrentSession() { user, roles, data }: Session) {
    return { username: user.username, roles, theme: data.theme };
  }

  @Put('theme')
  async setTheme(@CurrentSession() session: Session, @Body('theme') theme: unknown) {
    if (typeof theme !== 'string') throw new BadRequestException();
    await this.sessions.updateData(session.id, (data) => ({ ...data, theme }));
  }

  @Delete()
  @RequireRecentSignIn('5m')
  @HttpCode(204)
  remove(): void {
    // Delete the account.
  }
}
// #endregion controller
