import { Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import {
  CurrentUser,
  Public,
  type SessionUser,
  TokenExtractor,
  type TokenRequest,
} from 'nest-sessions';
import { SessionManager, sessionIdOf } from 'nest-sessions/issuer';

/** A guarded route, and a sign-out. */
@Controller()
export class AuthController {
  constructor(
    private readonly sessions: SessionManager,
    private readonly tokens: TokenExtractor,
  ) {}

  @Get('profile')
  profile(@CurrentUser() user: SessionUser): string {
    return user.id;
  }

  @Public()
  @Post('logout')
  @HttpCode(204)
  async logout(@Req() from: TokenRequest): Promise<void> {
    for (const token of this.tokens.allIn(from)) await this.sessions.revoke(sessionIdOf(token));
  }
}
