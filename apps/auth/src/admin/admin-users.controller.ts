import {
  CurrentSession,
  CurrentUser,
  Roles,
  type Session,
  type SessionUser,
  SkipCache,
} from 'nest-sessions';
import { SecurityLog } from 'nest-sessions/audit';
import { viewListedSession } from 'nest-sessions/console';
import { SessionManager } from 'nest-sessions/issuer';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { listOptionsOf, SessionPageDto } from '../sessions/session-page.dto';
import { ListedSessionView } from '../sessions/session.view';
import type { User } from '../users/user';
import { UsersService } from '../users/users.service';
import { AdminUserView, viewUser } from './admin-user.view';
import { CreateUserDto, SetDisabledDto, SetRolesDto, UserPageDto } from './admin-users.dto';

/**
 * Manages users. A change of a user takes effect on the user's sessions before the response. A superseded
 * token, which stays valid for a short grace period, cannot change users.
 */
@Roles('admin')
@ApiTags('admin')
@Controller('admin/users')
export class AdminUsersController {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionManager,
    private readonly audit: SecurityLog,
  ) {}

  @Get()
  @ApiOkResponse({ type: [AdminUserView], description: 'Ordered by username.' })
  async list(@Query() page: UserPageDto): Promise<AdminUserView[]> {
    return (await this.users.list(page)).map(viewUser);
  }

  @Post()
  @SkipCache()
  @ApiCreatedResponse({ type: AdminUserView })
  @ApiConflictResponse({ description: 'The username is taken.' })
  async create(
    @CurrentUser() admin: SessionUser,
    @Body() user: CreateUserDto,
  ): Promise<AdminUserView> {
    const created = await this.users.create(user);
    const { id: userId, username, roles } = created;
    const told = { userId, username, roles, by: admin.id };
    this.audit.record({ event: 'user.created', outcome: 'success', ...told });
    return viewUser(created);
  }

  @Put(':id/roles')
  @SkipCache()
  @ApiOkResponse({ type: AdminUserView })
  @ApiNotFoundResponse()
  @ApiConflictResponse({ description: 'The user is the last administrator.' })
  async setRoles(
    @CurrentUser() admin: SessionUser,
    @Param('id') id: string,
    @Body() { roles }: SetRolesDto,
  ): Promise<AdminUserView> {
    const by = admin.id;
    const changed = await this.users.changeRoles(id, roles, {
      take: async (user) => {
        await this.sessions.limitRoles(user.id, user.roles, { by });
      },
      committed: ({ id: userId, roles: given }) => {
        const told = { userId, roles: given, by };
        this.audit.record({ event: 'user.rolesChanged', outcome: 'success', ...told });
      },
      give: async (user) => {
        await this.sessions.setRoles(user.id, user.roles, { by });
      },
    });
    return viewUser(orNotFound(changed));
  }

  @Put(':id/disabled')
  @SkipCache()
  @ApiOkResponse({ type: AdminUserView })
  @ApiNotFoundResponse()
  @ApiConflictResponse({ description: 'The user is the last administrator.' })
  async setDisabled(
    @CurrentUser() admin: SessionUser,
    @Param('id') id: string,
    @Body() { disabled }: SetDisabledDto,
  ): Promise<AdminUserView> {
    const changed = await this.users.changeDisabled(id, disabled, async (user) => {
      if (!user.disabled) return;
      await this.sessions.revokeAll(user.id, { by: admin.id, reason: 'disabled' });
    });
    const user = orNotFound(changed);
    const event = user.disabled ? 'user.disabled' : 'user.enabled';
    this.audit.record({ event, outcome: 'success', userId: user.id, by: admin.id });
    return viewUser(user);
  }

  @Get(':id/sessions')
  @ApiOkResponse({ type: [ListedSessionView] })
  @ApiNotFoundResponse()
  async listSessions(
    @CurrentSession() current: Session,
    @Param('id') id: string,
    @Query() page: SessionPageDto,
  ): Promise<ListedSessionView[]> {
    const user = orNotFound(await this.users.findById(id));
    const sessions = await this.sessions.listByUser(user.id, listOptionsOf(page));
    return sessions.map((snapshot) => viewListedSession(snapshot, current.id));
  }

  @Delete(':id/sessions')
  @SkipCache()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse({ description: 'The user is signed out everywhere.' })
  @ApiNotFoundResponse()
  async endSessions(@CurrentUser() admin: SessionUser, @Param('id') id: string): Promise<void> {
    const user = orNotFound(await this.users.findById(id));
    await this.sessions.revokeAll(user.id, { by: admin.id, reason: 'ended-by-administrator' });
  }
}

function orNotFound(user: User | null): User {
  if (user === null) throw new NotFoundException('There is no such user.');
  return user;
}
