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
import { Users } from './users.js';

@Controller('auth')
export class AuthController {
  constructor(
    private readonly users: Users,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  @Post('login')
  @Public()
  @UseGuards(JsonOnlyGuard)
  @HttpCode(HttpStatus.NO_CONTENT)
  async login(
    @Body('username') username: unknown,
    @Body('password') password: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const user = await this.users.verify(username, password);
    if (user === null) throw new UnauthorizedException('Username or password is wrong.');
    const { id, roles } = user;
    const { token } = await this.sessions.create(
      {
        user: { id, username: user.username },
        roles,
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
        // Every sign-in gets a new token. An earlier session of this browser ends, with its subscriptions.
        replaces: this.#sessionIds(request),
      },
      { by: id, reason: 'signed-in' },
    );
    this.cookie.write(response, token, request);
  }

  /** Ends the subscriptions of the session, at every instance of this service. */
  @Post('logout')
  @Public() // also with an expired session, so that the page may repeat it
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
