import { Body, Controller, Post, Req, Res, UnauthorizedException } from '@nestjs/common';
import type { Request } from 'express';
import { CurrentSession, type Session } from 'nest-sessions';
import { AcceptsChangedClient } from 'nest-sessions/binding';
import { SessionCookie, SessionManager } from 'nest-sessions/issuer';
import { UsersService } from './users.service.js';

@Controller('auth')
export class ReauthenticationController {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  // #region route
  @Post('reauthenticate')
  @AcceptsChangedClient()
  async reauthenticate(
    @CurrentSession() session: Session,
    @Body() { password }: { password: string },
    @Req() { headers, ip }: Request,
    @Res({ passthrough: true }) response: object,
  ) {
    await this.users.requirePassword(session.user.id, password);
    const client = { userAgent: headers['user-agent'] ?? null, ip: ip ?? null };
    const issued = await this.sessions.rotate(session.id, { reason: 'reauthenticated' }, client);
    if (issued === null) throw new UnauthorizedException();
    this.cookie.write(response, issued.token);
  }
  // #endregion route
}
