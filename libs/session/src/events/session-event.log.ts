import type { Observable } from 'rxjs';
import type { SessionEvent } from './session-event.js';

/** A session whose end somebody should notice. */
export interface WatchedSession {
  readonly sessionId: string;
  readonly userId: string;
}

export interface AppendOptions {
  /** About how many events are kept; the oldest go. */
  readonly keep: number;
  /** For an event that begins a session: it is watched from now on. Epoch milliseconds. */
  readonly watch?: {
    /** When it is to be looked at first. */
    readonly dueAt: number;
    /** After that it has ended for certain. */
    readonly lastsUntil: number;
  };
}

/**
 * The log of what happens to sessions, and the list of those that are watched for their expiry: no
 * one is told when a session ends by itself, so somebody must look.
 *
 * An event that ends a session takes it off the list. Infrastructure failures throw
 * `SessionStoreUnavailableError`.
 */
export abstract class SessionEventLog {
  /** @returns the event's position. */
  abstract append(event: SessionEvent, options: AppendOptions): Promise<string>;

  /** The watched sessions that are due to be looked at, the longest overdue first. */
  abstract due(limit: number): Promise<WatchedSession[]>;

  /** A watched session lives on and is due later (epoch milliseconds). */
  abstract postpone(session: WatchedSession, dueAt: number): Promise<void>;

  /**
   * Appends the event of an expiry, for the first only of those who notice it.
   *
   * @returns the event's position, or `null` when somebody else was first.
   */
  abstract appendExpiry(
    event: SessionEvent & { type: 'expired' },
    keep: number,
  ): Promise<string | null>;

  /** The position of the newest event. */
  abstract latest(): Promise<string>;

  /**
   * The events after a position as they come, until the client that the log uses is closed. A lost connection is made again; the
   * events of meanwhile follow then, unless so many came that they are not kept any more.
   *
   * @param position `null` for what happens from now on.
   * @throws RangeError when it is no position of an event.
   */
  abstract after(position: string | null): Observable<SessionEvent>;
}

/** An id of a Redis stream's entry. https://redis.io/docs/latest/develop/data-types/streams/ */
const POSITION = /^\d{1,20}(-\d{1,20})?$/;

/** Whether a text can be a position: one that a client hands back may be anything. */
export function isEventPosition(text: string): boolean {
  return POSITION.test(text);
}

/** @throws RangeError */
export function requireEventPosition(position: string | null): void {
  if (position === null || isEventPosition(position)) return;
  throw new RangeError(`'${position}' is no position in the log of session events`);
}
