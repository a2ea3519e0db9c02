import { Body, Controller, Delete, Get, HttpCode, Post, Res } from '@nestjs/common';
import {
  CurrentSession,
  CurrentUser,
  Public,
  Roles,
  type Session,
  type SessionUser,
} from 'nest-sessions';
import { SessionCookie, SessionManager } from 'nest-sessions/issuer';

@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  @Post()
  @Public()
  @HttpCode(204)
  async signIn(
    @Body() { roles }: { roles: string[] },
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const user = { id: 'u-1', username: 'ada' };
    const { token } = await this.sessions.create({ user, roles });
    this.cookie.write(response, token);
  }

  @Get('user')
  user(@CurrentUser() user: SessionUser): SessionUser {
    return user;
  }

  @Get('report')
  @Roles('orders')
  report(): { report: string } {
    return { report: 'all is well' };
  }

  @Delete()
  @HttpCode(204)
  async signOut(
    @CurrentSession() session: Session,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    await this.sessions.revoke(session.id);
    this.cookie.clear(response);
  }
}
