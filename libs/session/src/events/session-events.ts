import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Observable, ReplaySubject, Subject, takeUntil } from 'rxjs';
import type { SessionEvent, SessionEventType } from './session-event.js';
import { type SessionEventHistory, SessionEventLog } from './session-event.log.js';

/** Parameters of {@link SessionEvents.history}. */
export interface SessionEventHistoryOptions {
  /** Position before which to begin: `next` of an earlier call. @default the newest event */
  readonly before?: string | null;
  /** Maximum number of events. @default 100 */
  readonly limit?: number;
  /** Types of events. @default all types */
  readonly types?: readonly SessionEventType[];
}

/** Number of entries that one command reads. */
const HISTORY_BATCH = 500;

/**
 * Streams of session events as they happen.
 *
 * In the issuing app {@link all} emits the events of this process. In an app that imports
 * `SessionEventsModule` it follows the log and emits the events of every process. All streams complete at
 * the end of the application's shutdown.
 *
 * @example
 * ```ts
 * @Controller('sessions')
 * export class SessionStreamController {
 *   constructor(private readonly events: SessionEvents) {}
 *
 *   @Sse('events')
 *   stream(): Observable<MessageEvent> {
 *     return this.events.all.pipe(map((event) => ({ data: event })));
 *   }
 * }
 * ```
 */
@Injectable()
export class SessionEvents implements OnApplicationShutdown {
  readonly #subject = new Subject<SessionEvent>();
  /** Events as they happen: of this process, or of every process with `SessionEventsModule`. */
  readonly all: Observable<SessionEvent> = this.#subject.asObservable();
  readonly #end = new ReplaySubject<void>(1);
  /** Whether {@link all} comes from the log, including the events of this process. */
  isFollowing = false;

  constructor(private readonly log: SessionEventLog) {}

  /**
   * Returns the position of the newest event, to follow the events after it.
   *
   * @throws SessionStoreUnavailableError
   *
   * @example
   * const position = await events.latest();
   */
  latest(): Promise<string> {
    return this.log.latest();
  }

  /**
   * Emits the events after a position as they come. All subscribers of this process share one connection.
   *
   * @param position An event's `position`; `null` for the events from now on.
   * @throws RangeError when `position` is not the position of an event
   *
   * @example
   * const stream = events.after(lastEventId).pipe(map((event) => ({ id: event.position, data: event })));
   */
  after(position: string | null): Observable<SessionEvent> {
    return this.log.after(position).pipe(takeUntil(this.#end));
  }

  /**
   * Returns past events, the newest first. The log keeps the latest events only (`eventsKept`).
   *
   * @throws RangeError when `before` is not the position of an event
   * @throws SessionStoreUnavailableError
   *
   * @example
   * const { events: past, next } = await events.history({ types: ['revoked', 'expired'], limit: 50 });
   */
  async history({
    before = null,
    limit = 100,
    types,
  }: SessionEventHistoryOptions = {}): Promise<SessionEventHistory> {
    const events: SessionEvent[] = [];
    let next = before;
    do {
      const page = await this.log.before(next, HISTORY_BATCH);
      for (const event of page.events) {
        if (types?.includes(event.type) === false) continue;
        events.push(event);
        if (events.length === limit) return { events, next: event.position ?? null };
      }
      ({ next } = page);
    } while (next !== null);
    return { events, next: null };
  }

  /** Emits an event on {@link all}. */
  publish(event: SessionEvent): void {
    this.#subject.next(Object.freeze(event));
  }

  /** Completes the streams in the last shutdown hook: earlier hooks of other providers may end sessions. */
  onApplicationShutdown(): void {
    this.#subject.complete();
    this.#end.next();
  }
}
