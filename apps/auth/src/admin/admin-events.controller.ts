import { ProblemException } from '@app/platform';
import {
  CurrentSession,
  isEventPosition,
  Roles,
  type Session,
  type SessionEvent,
  SessionEvents,
  SessionManager,
  sessionRequired,
} from '@app/session';
import {
  type BeforeApplicationShutdown,
  Controller,
  Headers,
  HttpStatus,
  type MessageEvent,
  Sse,
} from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { interval, map, merge, type Observable, Subject, takeUntil, takeWhile } from 'rxjs';

/** Keeps proxies from closing a stream on which nothing happens, in milliseconds. */
const HEARTBEAT = 15_000;

/** What happens to sessions, whichever instance does it, as server-sent events. */
@Roles('admin')
@ApiTags('admin')
@Controller('admin/events')
export class AdminEventsController implements BeforeApplicationShutdown {
  readonly #shutdown = new Subject<void>();

  constructor(
    private readonly events: SessionEvents,
    private readonly sessions: SessionManager,
  ) {}

  /** A client that comes back says in `Last-Event-ID`, as browsers do, what it has seen. */
  @Sse()
  @ApiOkResponse({ description: 'text/event-stream; the data of each event is JSON.' })
  @ApiHeader({ name: 'Last-Event-ID', required: false })
  async follow(
    @CurrentSession() session: Session,
    @Headers('last-event-id') last: string | undefined,
  ): Promise<Observable<MessageEvent>> {
    if (last !== undefined && !isEventPosition(last)) {
      throw new ProblemException(
        HttpStatus.BAD_REQUEST,
        'ERR_EVENT_ID_INVALID',
        'Last-Event-ID is not the id of an event of this stream. Leave it out to start anew.',
      );
    }
    const position = last ?? (await this.events.latest());
    // An end from here on is among the events; one that came before is not.
    if ((await this.sessions.find(session.id)) === null) throw sessionRequired();
    const heartbeat = interval(HEARTBEAT).pipe(map(() => null));
    return merge(this.events.after(position), heartbeat).pipe(
      // The stream was opened with this session and does not outlive it.
      takeWhile((event) => event === null || !endsAccess(event, session), true),
      map((event) => (event === null ? { type: 'heartbeat', data: '' } : toMessage(event))),
      takeUntil(this.#shutdown),
    );
  }

  /** An open stream would hold up the end of the server. */
  beforeApplicationShutdown(): void {
    this.#shutdown.next();
  }
}

function endsAccess(event: SessionEvent, { id }: Session): boolean {
  if (event.type === 'rotated') return event.previousSessionId === id;
  if (event.sessionId !== id) return false;
  if (event.type === 'rolesChanged') return !event.roles.includes('admin');
  return event.type === 'revoked' || event.type === 'expired';
}

function toMessage({ position, ...event }: SessionEvent): MessageEvent {
  return { id: position, type: event.type, data: event };
}
