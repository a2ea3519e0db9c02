import type { Observable } from 'rxjs';
import type { SessionEvent } from './session-event.js';

/** A session that is watched for its expiry. */
export interface WatchedSession {
  readonly sessionId: string;
  readonly userId: string;
}

export interface AppendOptions {
  /** Approximate number of events to keep; the oldest are dropped. */
  readonly keep: number;
  /** For an event that begins a session: the session is watched from now on. Epoch milliseconds. */
  readonly watch?: {
    /** Time of the first check. */
    readonly dueAt: number;
    /** Time after which the session has certainly ended. */
    readonly lastsUntil: number;
  };
}

/** Past events. */
export interface SessionEventHistory {
  /** Events, the newest first. */
  readonly events: readonly SessionEvent[];
  /** Position before which the history continues; `null` at its end. */
  readonly next: string | null;
}

/**
 * Log of session events, and list of the sessions that are watched for their expiry. An expiry raises no
 * event by itself, so a process must check.
 *
 * An event that ends a session removes the session from the list. Infrastructure failures throw
 * `SessionStoreUnavailableError`.
 */
export abstract class SessionEventLog {
  /** Appends an event and returns its position. */
  abstract append(event: SessionEvent, options: AppendOptions): Promise<string>;

  /** Returns the watched sessions that are due for a check, the longest overdue first. */
  abstract due(limit: number): Promise<WatchedSession[]>;

  /** Sets a later due time (epoch milliseconds) for a watched session that is still live. */
  abstract postpone(session: WatchedSession, dueAt: number): Promise<void>;

  /**
   * Appends the event of an expiry, only for the first process that notices the expiry.
   *
   * @returns the event's position; `null` when another process was first or the session is not watched
   */
  abstract appendExpiry(
    event: SessionEvent & { type: 'expired' },
    keep: number,
  ): Promise<string | null>;

  /** Returns the position of the newest event. */
  abstract latest(): Promise<string>;

  /**
   * Returns the events before a position, the newest first.
   *
   * @param position Position of an event; `null` for the newest events.
   * @param limit Maximum number of entries to read.
   * @throws RangeError when `position` is not the position of an event
   */
  abstract before(position: string | null, limit: number): Promise<SessionEventHistory>;

  /**
   * Emits the events after a position as they come, until the client that the log uses is closed. After a
   * lost connection the log reconnects and emits the events of the outage, except events that it no longer
   * keeps.
   *
   * @param position `null` for the events from now on
   * @throws RangeError when `position` is not the position of an event
   */
  abstract after(position: string | null): Observable<SessionEvent>;
}

/** Id of an entry in a Redis stream. https://redis.io/docs/latest/develop/data-types/streams/ */
const POSITION = /^\d{1,20}(-\d{1,20})?$/;

/**
 * Whether a text can be a position. A client may send back any text as a position.
 *
 * @example
 * if (!isEventPosition(lastEventId)) throw new BadRequestException('Last-Event-ID is invalid.');
 */
export function isEventPosition(text: string): boolean {
  return POSITION.test(text);
}

/** @throws RangeError */
export function requireEventPosition(position: string | null): void {
  if (position === null || isEventPosition(position)) return;
  throw new RangeError(`'${position}' is not a position in the log of session events`);
}
