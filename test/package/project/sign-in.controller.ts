import { Body, Controller, Delete, HttpCode, Post, Res } from '@nestjs/common';
import { CurrentSession, Public, type Session } from 'nest-sessions';
import { SessionCookie, SessionManager } from 'nest-sessions/issuer';

@Controller('sessions')
export class SignInController {
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
