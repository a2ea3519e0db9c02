import { ProblemException, StreamLimit } from '@app/platform';
import { CurrentSession, Roles, type Session } from 'nest-sessions';
import { withHeartbeats } from 'nest-sessions/channels';
import { messageOfEvent } from 'nest-sessions/console';
import { isEventPosition, SessionEvents } from 'nest-sessions/events';
import { Controller, Headers, HttpStatus, type MessageEvent, Sse } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { map, type Observable } from 'rxjs';

/** Maximum number of open streams per session. */
const MOST_STREAMS = 10;

/** Streams the session events of all instances as server-sent events. */
@Roles('admin')
@ApiTags('admin')
@Controller('admin/events')
export class AdminEventsController {
  readonly #streams = new StreamLimit(MOST_STREAMS);

  constructor(private readonly events: SessionEvents) {}

  /**
   * A client that reconnects sends the last event id that it has received in `Last-Event-ID`, as browsers do.
   */
  @Sse()
  @ApiOkResponse({
    description:
      'text/event-stream; the data of each event is JSON. When the session ends or loses the role, the last event is `session-ended`.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false })
  async follow(
    @CurrentSession() session: Session,
    @Headers('last-event-id') last: string | undefined,
  ): Promise<Observable<MessageEvent>> {
    if (last !== undefined && !isEventPosition(last)) {
      throw new ProblemException(
        HttpStatus.BAD_REQUEST,
        'ERR_EVENT_ID_INVALID',
        'Last-Event-ID is not the id of an event of this stream. Leave it out to receive new events only.',
      );
    }
    this.#streams.requireRoom(session.id);
    const position = last ?? (await this.events.latest());
    const events = this.events.after(position).pipe(map(messageOfEvent));
    return this.#streams.counted(session.id, withHeartbeats(events));
  }
}
