import {
  Body,
  ConflictException,
  Controller,
  HttpStatus,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public, sessionRequired, TokenExtractor } from 'nest-sessions';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { NEVER_RECENT } from '../jwt/never-recent.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { OldCredentials } from './old-credentials.js';
import { Users } from './users.js';

/** Turns a JWT or a refresh token of the old application into a session, once. */
@Public()
@Controller('auth/exchange')
@UseGuards(JsonOnlyGuard)
export class ExchangeController {
  constructor(
    private readonly credentials: OldCredentials,
    private readonly users: Users,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  @Post()
  async exchange(
    @Req() request: Request,
    @Body() { refreshToken, transport }: { refreshToken?: unknown; transport?: unknown },
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ token: string } | undefined> {
    // #region exchange
    const credential = await this.credentials.find(request.headers.authorization, refreshToken);
    // The database decides about bans and roles: a JWT may be older than both.
    const user = credential && (await this.users.findActive(credential.userId));
    if (credential === null || user === null) throw sessionRequired();
    if (credential.issuedAt < user.tokensValidFrom) throw sessionRequired();
    const issued = await this.sessions.create(
      {
        user: { id: user.id, username: user.username },
        roles: user.roles,
        authenticatedAt: NEVER_RECENT,
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
        replaces: this.tokens.allIn(request).map(sessionIdOf),
      },
      { by: user.id, reason: 'exchanged' },
      {
        // The session is stored, and its token is not issued yet. `false` ends it again.
        confirm: async () => (await this.users.isUnchanged(user)) && (await credential.use()),
      },
    );
    if (issued === null) throw new ConflictException('This credential has been exchanged.');
    // #endregion exchange
    if (transport === 'bearer') {
      response.setHeader('Cache-Control', 'no-store');
      response.status(HttpStatus.OK);
      return { token: issued.token };
    }
    this.cookie.write(response, issued.token, request);
    response.status(HttpStatus.NO_CONTENT);
    return undefined;
  }
}
