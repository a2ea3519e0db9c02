import {
  CurrentSession,
  CurrentUser,
  RequireRecentSignIn,
  Roles,
  type Session,
  type SessionUser,
} from 'nest-sessions';
import { viewSessionPage } from 'nest-sessions/console';
import { SessionManager } from 'nest-sessions/issuer';
import {
  BadRequestException,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Query,
} from '@nestjs/common';
import { ApiNoContentResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RECENT_SIGN_IN } from '../sessions/recent-sign-in';
import { listOptionsOf } from '../sessions/session-page.dto';
import { AdminSessionPageView, EndedSessionsView } from './admin-session.view';
import { filterOf, SessionFilterDto, SessionListDto } from './admin-sessions.dto';

/** Reason for the end of a session, in its event. */
const REASON = 'ended-by-administrator';

/** Lists and ends the sessions of all users. */
@Roles('admin')
@ApiTags('admin')
@Controller('admin/sessions')
export class AdminSessionsController {
  constructor(private readonly sessions: SessionManager) {}

  @Get()
  @ApiOkResponse({ type: AdminSessionPageView })
  async list(
    @CurrentSession() current: Session,
    @Query() query: SessionListDto,
  ): Promise<AdminSessionPageView> {
    const [page, total] = await Promise.all([
      this.sessions.list({ ...listOptionsOf(query), filter: filterOf(query) }),
      this.sessions.count(),
    ]);
    return viewSessionPage(page, total, current.id);
  }

  /** Ends what the list shows with the same filter, the session of the request included. */
  @Delete()
  @RequireRecentSignIn(RECENT_SIGN_IN)
  @ApiOkResponse({ type: EndedSessionsView })
  async endAll(
    @CurrentUser() admin: SessionUser,
    @Query() query: SessionFilterDto,
  ): Promise<EndedSessionsView> {
    const filter = filterOf(query);
    if (Object.keys(filter).length === 0) {
      throw new BadRequestException(
        'Give at least one condition: user, role, ip, signedInBefore or signedInAfter.',
      );
    }
    return { ended: await this.sessions.revokeWhere(filter, { by: admin.id, reason: REASON }) };
  }

  @Delete(':id')
  @RequireRecentSignIn(RECENT_SIGN_IN)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse()
  @ApiNotFoundResponse()
  async end(@CurrentUser() admin: SessionUser, @Param('id') id: string): Promise<void> {
    const ended = await this.sessions.revoke(id, { by: admin.id, reason: REASON });
    if (ended === null) throw new NotFoundException('There is no such session.');
  }
}
