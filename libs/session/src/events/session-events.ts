import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Observable, ReplaySubject, Subject, takeUntil } from 'rxjs';
import type { SessionEvent } from './session-event.js';
import { SessionEventLog } from './session-event.log.js';

/**
 * What happens to sessions, as it happens.
 *
 * In the issuing app {@link all} tells what this process did. In an app that imports
 * `SessionEventsModule` it emits what any process did, by following the log. All streams complete at the
 * end of the application's shutdown.
 */
@Injectable()
export class SessionEvents implements OnApplicationShutdown {
  readonly #subject = new Subject<SessionEvent>();
  readonly all: Observable<SessionEvent> = this.#subject.asObservable();
  readonly #end = new ReplaySubject<void>(1);
  /** Whether {@link all} comes from the log, what this process does included. */
  isFollowing = false;

  constructor(private readonly log: SessionEventLog) {}

  /**
   * The position of the newest event, to follow what comes after it.
   *
   * @throws SessionStoreUnavailableError
   */
  latest(): Promise<string> {
    return this.log.latest();
  }

  /**
   * The events after a position as they come. All subscribers of this process share one connection.
   *
   * @param position An event's `position`; `null` for what happens from now on.
   * @throws RangeError when it is no position.
   */
  after(position: string | null): Observable<SessionEvent> {
    return this.log.after(position).pipe(takeUntil(this.#end));
  }

  publish(event: SessionEvent): void {
    this.#subject.next(Object.freeze(event));
  }

  /** Last of the shutdown hooks, as hooks of other providers may still end sessions. */
  onApplicationShutdown(): void {
    this.#subject.complete();
    this.#end.next();
  }
}
