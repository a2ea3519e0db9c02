import { ProblemException } from '@app/platform';
import { Roles } from 'nest-sessions';
import { ENDING_TYPES, usersIn, viewEndedSession } from 'nest-sessions/console';
import { isEventPosition, SessionEvents } from 'nest-sessions/events';
import { Controller, Get, HttpStatus, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { UsersService } from '../users/users.service';
import { EndedSessionsPageView } from './ended-session.view';
import { EndedSessionsDto } from './ended-sessions.dto';

/** Lists who ended which sessions, when and why. The event log keeps the latest events only. */
@Roles('admin')
@ApiTags('admin')
@Controller('admin/events/ended')
export class EndedSessionsController {
  constructor(
    private readonly events: SessionEvents,
    private readonly users: UsersService,
  ) {}

  @Get()
  @ApiOkResponse({ type: EndedSessionsPageView })
  async list(@Query() { limit, before }: EndedSessionsDto): Promise<EndedSessionsPageView> {
    if (before !== undefined && !isEventPosition(before)) {
      throw new ProblemException(
        HttpStatus.BAD_REQUEST,
        'ERR_EVENT_ID_INVALID',
        'before is not the position of an event. Give next of the previous page.',
      );
    }
    const { events, next } = await this.events.history({ limit, before, types: ENDING_TYPES });
    const names = await this.users.namesOf(usersIn(events));
    return { events: events.map((event) => viewEndedSession(event, names)), next };
  }
}
