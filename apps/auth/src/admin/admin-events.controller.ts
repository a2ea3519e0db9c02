import { ProblemException } from '@app/platform';
import { CurrentSession, Roles, type Session, sessionRequired } from 'nest-sessions';
import { SessionManager } from 'nest-sessions/issuer';
import { isEventPosition, type SessionEvent, SessionEvents } from 'nest-sessions/events';
import { Controller, Headers, HttpStatus, type MessageEvent, Sse } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  concat,
  exhaustMap,
  from,
  interval,
  map,
  mergeMap,
  type Observable,
  of,
  takeWhile,
} from 'rxjs';
import { StreamLimit } from './stream-limit';

/** Interval of heartbeats, in milliseconds: they keep proxies from closing an idle stream. */
const HEARTBEAT = 10_000;

/** Maximum number of open streams per session. */
const MOST_STREAMS = 10;

/** Streams the session events of all instances as server-sent events. */
@Roles('admin')
@ApiTags('admin')
@Controller('admin/events')
export class AdminEventsController {
  readonly #streams = new StreamLimit(MOST_STREAMS);

  constructor(
    private readonly events: SessionEvents,
    private readonly sessions: SessionManager,
  ) {}

  /**
   * A client that reconnects sends the last event id that it has received in `Last-Event-ID`, as browsers do.
   */
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
        'Last-Event-ID is not the id of an event of this stream. Leave it out to receive new events only.',
      );
    }
    this.#streams.requireRoom(session.id);
    const position = last ?? (await this.events.latest());
    // The stream includes an end of the session from here on, but not an earlier end.
    if ((await this.sessions.find(session.id)) === null) throw sessionRequired();
    // The stream ends with the session that opened it. If the event of that end is lost, the check at the
    // next heartbeat detects it.
    const events = this.events.after(position).pipe(
      takeWhile((event) => !endsAccess(event, session), true),
      map(toMessage),
    );
    const looks = interval(HEARTBEAT).pipe(exhaustMap(() => this.#hasAccess(session)));
    const heartbeats = looks.pipe(
      takeWhile((hasAccess) => hasAccess),
      map(() => ({ type: 'heartbeat', data: '' })),
    );
    return this.#streams.counted(session.id, firstToComplete(events, heartbeats));
  }

  async #hasAccess({ id }: Session): Promise<boolean> {
    try {
      const found = await this.sessions.find(id);
      return found?.session.hasRole('admin') ?? false;
    } catch {
      // While the store is unavailable, there are no events either.
      return true;
    }
  }
}

/** Merges the sources until one of them completes. */
function firstToComplete<T>(...sources: Observable<T>[]): Observable<T> {
  const END = Symbol('end');
  return from(sources).pipe(
    mergeMap((source) => concat(source, of(END))),
    takeWhile((it): it is T => it !== END),
  );
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
