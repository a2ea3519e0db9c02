import { concat, from, type Observable, Subject } from 'rxjs';
import {
  type AppendOptions,
  requireEventPosition,
  type SessionEventHistory,
  SessionEventLog,
  type WatchedSession,
} from './session-event.log.js';
import type { SessionEvent } from './session-event.js';

/** Session event log in this process' memory, for use with a `MemorySessionStore`. */
export class MemorySessionEventLog extends SessionEventLog {
  readonly #events: SessionEvent[] = [];
  readonly #appended = new Subject<SessionEvent>();
  readonly #watched = new Map<string, WatchedSession & { dueAt: number }>();
  #count = 0;

  append(event: SessionEvent, { keep, watch }: AppendOptions): Promise<string> {
    const { sessionId, userId } = event;
    if (watch) this.#watched.set(sessionId, { sessionId, userId, dueAt: watch.dueAt });
    if (event.type === 'rotated') this.#watched.delete(event.previousSessionId);
    if (event.type === 'revoked') this.#watched.delete(sessionId);
    return Promise.resolve(this.#add(event, keep));
  }

  due(limit: number): Promise<WatchedSession[]> {
    const now = Date.now();
    const due = [...this.#watched.values()].filter(({ dueAt }) => dueAt <= now);
    due.sort((a, b) => a.dueAt - b.dueAt);
    const next = due.slice(0, limit);
    return Promise.resolve(next.map(({ sessionId, userId }) => ({ sessionId, userId })));
  }

  postpone({ sessionId, userId }: WatchedSession, dueAt: number): Promise<void> {
    if (this.#watched.has(sessionId)) this.#watched.set(sessionId, { sessionId, userId, dueAt });
    return Promise.resolve();
  }

  appendExpiry(event: SessionEvent & { type: 'expired' }, keep: number): Promise<string | null> {
    const isFirst = this.#watched.delete(event.sessionId);
    return Promise.resolve(isFirst ? this.#add(event, keep) : null);
  }

  latest(): Promise<string> {
    return Promise.resolve(`${this.#count}-0`);
  }

  before(position: string | null, limit: number): Promise<SessionEventHistory> {
    requireEventPosition(position);
    const earlier = this.#events
      .filter((event) => position === null || isAfter({ position }, event.position ?? ''))
      .reverse();
    const events = earlier.slice(0, limit);
    const isWhole = events.length === earlier.length;
    return Promise.resolve({ events, next: isWhole ? null : (events.at(-1)?.position ?? null) });
  }

  after(position: string | null): Observable<SessionEvent> {
    requireEventPosition(position);
    if (position === null) return this.#appended.asObservable();
    const known = this.#events.filter((event) => isAfter(event, position));
    return concat(from(known), this.#appended);
  }

  #add(event: SessionEvent, keep: number): string {
    this.#count += 1;
    const position = `${this.#count}-0`;
    const kept = { ...event, position };
    this.#events.push(kept);
    this.#events.splice(0, this.#events.length - keep);
    this.#appended.next(kept);
    return position;
  }
}

function isAfter({ position = '' }: Pick<SessionEvent, 'position'>, other: string): boolean {
  return Number.parseInt(position) > Number.parseInt(other);
}
