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
import { CurrentSession, Public, type Session, TokenExtractor } from 'nest-sessions';
import { AcceptsChangedClient } from 'nest-sessions/binding';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { JsonOnlyGuard } from './json-only.guard.js';
import { Users } from './users.js';

@Controller('auth')
@UseGuards(JsonOnlyGuard)
export class AuthController {
  constructor(
    private readonly users: Users,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  @Post('login')
  @Public()
  @HttpCode(HttpStatus.NO_CONTENT)
  async login(
    @Body('username') username: unknown,
    @Body('password') password: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const user = await this.users.verify(username, password);
    if (user === null) throw new UnauthorizedException('Username or password is wrong.');
    const { id } = user;
    const { token } = await this.sessions.create(
      {
        user: { id, username: user.username },
        roles: [],
        ...clientOf(request),
        // Every sign-in gets a new token. An earlier session of this browser ends.
        replaces: this.#sessionIds(request),
      },
      { by: id, reason: 'signed-in' },
    );
    this.cookie.write(response, token, request);
  }

  /** Gives the session a new token, after the password was entered again. */
  @Post('reauthenticate')
  @AcceptsChangedClient()
  @HttpCode(HttpStatus.NO_CONTENT)
  async reauthenticate(
    @CurrentSession() { id, user }: Session,
    @Body('password') password: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    if ((await this.users.verify(user.username, password)) === null) {
      throw new UnauthorizedException('The password is wrong.');
    }
    const cause = { by: user.id, reason: 'reauthenticated' };
    const issued = await this.sessions.rotate(id, cause, { grace: true, ...clientOf(request) });
    if (issued === null) throw new UnauthorizedException('The session has changed. Try again.');
    this.cookie.write(response, issued.token, request);
  }

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

function clientOf(request: Request) {
  return { ip: request.ip ?? null, userAgent: request.headers['user-agent'] ?? null };
}
