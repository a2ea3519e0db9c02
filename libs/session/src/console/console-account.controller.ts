import {
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
  type Type,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { sessionRequired } from '../errors/session-exception.js';
import { SessionCookie } from '../issuer/session-cookie.js';
import { SessionManager } from '../issuer/session.manager.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { ConsoleProviders } from './console-providers.js';
import { readPage } from './console-query.js';
import { RECENT_SIGN_IN } from './recent-sign-in.js';
import {
  type CurrentSessionJson,
  type ListedSessionJson,
  viewCurrentSession,
  viewListedSession,
} from './session-views.js';

/** Reason for the end of a session, in its event. */
const ENDED_BY_OWNER = 'ended-by-owner';

/**
 * Returns the controller of users' own sessions.
 *
 * @param path Path below which users have their calls.
 */
export function consoleAccountController(path: string): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  class ConsoleAccountController {
    constructor(private readonly providers: ConsoleProviders) {}

    @Get('session')
    async current(@CurrentSession() { id }: Session): Promise<CurrentSessionJson> {
      const found = await this.#sessions.find(id);
      if (found === null) throw sessionRequired();
      return viewCurrentSession(found.session, found.expiresAt);
    }

    @Get('sessions')
    async list(
      @CurrentSession() { id, user, supersededBy }: Session,
      @Query() query: Record<string, unknown>,
    ): Promise<ListedSessionJson[]> {
      const own = await this.#sessions.listByUser(user.id, readPage(query));
      return own.map((snapshot) => viewListedSession(snapshot, supersededBy ?? id));
    }

    @Delete('sessions')
    @RequireRecentSignIn(RECENT_SIGN_IN)
    @HttpCode(HttpStatus.NO_CONTENT)
    async endOthers(@CurrentSession() { id, user }: Session): Promise<void> {
      await this.#sessions.revokeAll(user.id, { except: id, by: user.id, reason: ENDED_BY_OWNER });
    }

    @Delete('sessions/:id')
    @RequireRecentSignIn(RECENT_SIGN_IN)
    @HttpCode(HttpStatus.NO_CONTENT)
    async end(
      @CurrentSession() current: Session,
      @Param('id') id: string,
      @Req() request: TokenRequest,
      @Res({ passthrough: true }) response: object,
    ): Promise<void> {
      const found = (await this.#sessions.find(id))?.session;
      // A superseded session is not listed either: its successor is.
      if (found?.user.id !== current.user.id || found.supersededBy !== null) {
        throw new NotFoundException('There is no such session.');
      }
      await this.#sessions.revoke(id, { by: current.user.id, reason: ENDED_BY_OWNER });
      if (id === current.id) this.#cookie.clear(response, request);
    }

    @Post('sign-out')
    @HttpCode(HttpStatus.NO_CONTENT)
    async signOut(
      @CurrentSession() { id, user }: Session,
      @Req() request: TokenRequest,
      @Res({ passthrough: true }) response: object,
    ): Promise<void> {
      await this.#sessions.revoke(id, { by: user.id, reason: 'signed-out' });
      this.#cookie.clear(response, request);
    }

    get #sessions(): SessionManager {
      return this.providers.require(SessionManager);
    }

    get #cookie(): SessionCookie {
      return this.providers.require(SessionCookie);
    }
  }
  return ConsoleAccountController;
}
