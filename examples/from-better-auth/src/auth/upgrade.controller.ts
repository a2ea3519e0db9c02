import {
  ConflictException,
  Controller,
  HttpCode,
  HttpStatus,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { fromNodeHeaders } from 'better-auth/node';
import type { Request, Response } from 'express';
import { Public, sessionRequired, TokenExtractor } from 'nest-sessions';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { JsonOnlyGuard } from './json-only.guard.js';
import { OldSessions } from '../better-auth/old-sessions.js';
import { Users } from '../better-auth/users.js';

/** Turns a session of better-auth into a session of nest-sessions. */
@Public()
@Controller('auth/upgrade')
@UseGuards(JsonOnlyGuard)
export class UpgradeController {
  constructor(
    private readonly oldSessions: OldSessions,
    private readonly users: Users,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  @Post()
  @HttpCode(HttpStatus.NO_CONTENT)
  async upgrade(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    // #region upgrade
    const headers = fromNodeHeaders(request.headers);
    const old = await this.oldSessions.find(headers);
    const user = old && (await this.users.findActive(old.userId));
    if (old === null || user === null) throw sessionRequired();
    const issued = await this.sessions.create(
      {
        user: { id: user.id, username: user.username },
        roles: user.roles,
        // For `@RequireRecentSignIn()`: an upgrade is no sign-in.
        authenticatedAt: old.signedInAt.getTime(),
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
        replaces: this.tokens.allIn(request).map(sessionIdOf),
      },
      { by: user.id, reason: 'upgraded' },
      {
        // The session is stored, and its token is not issued yet. `false` ends it again.
        confirm: async () => (await this.users.isUnchanged(user)) && (await old.end()),
      },
    );
    if (issued === null) throw new ConflictException('This session has been upgraded.');
    this.cookie.write(response, issued.token, request);
    response.append('Set-Cookie', await this.oldSessions.clearedCookies(headers));
    // #endregion upgrade
  }
}
