import {
  Body,
  Controller,
  HttpCode,
  HttpStatus,
  Post,
  Req,
  Res,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import type { Request } from 'express';
import { Public, TokenExtractor } from 'nest-sessions';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { JsonOnlyGuard } from './json-only.guard.js';
import { Users } from '../better-auth/users.js';

/** Sign-in and sign-out. Both are public: neither needs a session, and a page may repeat a sign-out. */
@Public()
@Controller('auth')
export class AuthController {
  constructor(
    private readonly users: Users,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  @Post('login')
  @UseGuards(JsonOnlyGuard)
  @HttpCode(HttpStatus.NO_CONTENT)
  async login(
    @Body('email') email: unknown,
    @Body('password') password: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const user = await this.users.verify(email, password);
    if (user === null) throw new UnauthorizedException('E-mail address or password is wrong.');
    const { id, username, roles } = user;
    const { token } = await this.sessions.create(
      {
        user: { id, username },
        roles,
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
        // Every sign-in gets a new token. An earlier session of this browser ends.
        replaces: this.#sessionIds(request),
      },
      { by: id, reason: 'signed-in' },
    );
    this.cookie.write(response, token, request);
  }

  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  async logout(
    @Req() request: Request,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    for (const id of this.#sessionIds(request)) {
      await this.sessions.revoke(id, { reason: 'signed-out' });
    }
    this.cookie.clear(response, request);
  }

  #sessionIds(request: Request): string[] {
    return this.tokens.allIn(request).map(sessionIdOf);
  }
}
