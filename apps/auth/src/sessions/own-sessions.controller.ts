import {
  CurrentSession,
  RequireRecentSignIn,
  type Session,
  sessionRequired,
  type TokenRequest,
} from 'nest-sessions';
import { viewCurrentSession, viewListedSession } from 'nest-sessions/console';
import { SessionCookie, SessionManager } from 'nest-sessions/issuer';
import {
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiNoContentResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RECENT_SIGN_IN } from './recent-sign-in';
import { listOptionsOf, SessionPageDto } from './session-page.dto';
import { CurrentSessionView, ListedSessionView } from './session.view';

/** Reason for the end of a session, in its event. */
const ENDED_BY_OWNER = 'ended-by-owner';

/** Lists and ends users' own sessions. */
@ApiTags('sessions')
@Controller('auth')
export class OwnSessionsController {
  constructor(
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  @Get('session')
  @ApiOkResponse({ type: CurrentSessionView })
  async current(@CurrentSession() { id }: Session): Promise<CurrentSessionView> {
    const found = await this.sessions.find(id);
    if (found === null) throw sessionRequired();
    return viewCurrentSession(found.session, found.expiresAt);
  }

  @Get('sessions')
  @ApiOkResponse({ type: [ListedSessionView] })
  async list(
    @CurrentSession() { id, user, supersededBy }: Session,
    @Query() page: SessionPageDto,
  ): Promise<ListedSessionView[]> {
    const own = await this.sessions.listByUser(user.id, listOptionsOf(page));
    return own.map((snapshot) => viewListedSession(snapshot, supersededBy ?? id));
  }

  @Delete('sessions')
  @RequireRecentSignIn(RECENT_SIGN_IN)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse({ description: 'All other sessions of the caller have ended.' })
  async endOthers(@CurrentSession() { id, user }: Session): Promise<void> {
    await this.sessions.revokeAll(user.id, { except: id, by: user.id, reason: ENDED_BY_OWNER });
  }

  @Delete('sessions/:id')
  @RequireRecentSignIn(RECENT_SIGN_IN)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse()
  @ApiNotFoundResponse({
    description: "No such session, or another user's: the answer is the same.",
  })
  async end(
    @CurrentSession() current: Session,
    @Param('id') id: string,
    @Req() request: TokenRequest,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const found = (await this.sessions.find(id))?.session;
    // A superseded session is not listed either: its successor is.
    if (found?.user.id !== current.user.id || found.supersededBy !== null) {
      throw new NotFoundException('There is no such session.');
    }
    await this.sessions.revoke(id, { by: current.user.id, reason: ENDED_BY_OWNER });
    if (id === current.id) this.cookie.clear(response, request);
  }
}
