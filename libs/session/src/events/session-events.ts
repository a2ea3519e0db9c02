import { Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import type { SessionEvent } from './session-event';
import { SessionEventLog } from './session-event.log';

/**
 * What happens to sessions, as it happens.
 *
 * In the issuing app {@link all} tells what this process did. In an app that imports
 * `SessionEventsModule` it tells what any process did, by following the log.
 */
@Injectable()
export class SessionEvents {
  readonly #subject = new Subject<SessionEvent>();
  readonly all: Observable<SessionEvent> = this.#subject.asObservable();
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
   * The events after a position as they come, over a connection of its own for each subscriber.
   *
   * @param position An event's `position`; `null` for what happens from now on.
   * @throws RangeError when it is no position.
   */
  after(position: string | null): Observable<SessionEvent> {
    return this.log.after(position);
  }

  publish(event: SessionEvent): void {
    this.#subject.next(Object.freeze(event));
  }
}
