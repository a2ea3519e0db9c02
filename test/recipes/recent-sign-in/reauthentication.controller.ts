import { Body, ConflictException, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { CurrentSession, type Session, SkipCache, type TokenRequest } from 'nest-sessions';
import { SessionCookie, SessionManager } from 'nest-sessions/issuer';
import { UsersService } from './users.service.js';

@Controller('auth')
export class ReauthenticationController {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('reauthenticate')
  @SkipCache() // refuses a token that was already replaced
  @HttpCode(204)
  async reauthenticate(
    @CurrentSession() session: Session,
    @Body('password') password: unknown,
    @Req() request: TokenRequest,
    @Res({ passthrough: true }) response: object,
  ) {
    await this.users.requirePassword(session.user.id, password); // 403 for a wrong password
    const cause = { by: session.user.id, reason: 'reauthenticated' };
    const issued = await this.sessions.rotate(session.id, cause, { grace: true });
    if (issued === null) throw new ConflictException('The session has changed. Try again.');
    this.cookie.write(response, issued.token, request);
  }
}
