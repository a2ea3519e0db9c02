import { Controller, HttpCode, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { CurrentSession, Public, type Session } from 'nest-sessions';
import { SessionCookie, SessionManager } from 'nest-sessions/issuer';
import type { User } from '../users/users.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { SignIn } from './sign-in.js';

@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('login')
  @Public() // Passport asks for the password
  @UseGuards(JsonOnlyGuard, AuthGuard('local'))
  @HttpCode(HttpStatus.NO_CONTENT)
  async login(
    @Req() request: Request & { user: User },
    @Res({ passthrough: true }) response: object,
  ) {
    await this.signIn.of(request.user, request, response);
  }

  // #region logout
  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  async logout(@CurrentSession() session: Session, @Res({ passthrough: true }) response: object) {
    await this.sessions.revoke(session.id, { reason: 'signed-out' });
    this.cookie.clear(response);
  }
  // #endregion logout
}
