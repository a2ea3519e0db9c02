import type { Cluster, Redis } from 'ioredis';
import type { Observable } from 'rxjs';
import { BACKGROUND_INTERVAL, ThrottledLogger } from '../common/throttled-logger.js';
import { replies, reply } from '../store/redis-reply.js';
import { SESSION_EVENTS_KEY, WATCHED_SESSIONS_KEY } from '../store/redis-session.keys.js';
import { APPEND_EXPIRY } from './append-expiry.script.js';
import {
  type AppendOptions,
  requireEventPosition,
  type SessionEventHistory,
  SessionEventLog,
  type WatchedSession,
} from './session-event.log.js';
import { decodeEntry, encodeSessionEvent, type SessionEvent } from './session-event.js';
import { SharedTail } from './shared-tail.js';

/** Time without an event after which Redis drops the log, in milliseconds: every key has an expiry. */
const RETENTION = 30 * 24 * 60 * 60 * 1_000;

/** Longest delay with which the end of a session is noticed if no process looks for a while (ms). */
const LATENESS = 24 * 60 * 60 * 1_000;

/** Length of a session's id. In an entry of the list, the user's id follows it. */
const ID_LENGTH = 43;

/**
 * Session event log as a capped stream, with the list of watched sessions as a sorted set by due time. Both
 * are in one Cluster slot. Needs Redis 7.0 or later.
 */
export class RedisSessionEventLog extends SessionEventLog {
  readonly #tail: SharedTail;

  constructor(private readonly client: Redis | Cluster) {
    super();
    const failures = new ThrottledLogger('SessionEvents', BACKGROUND_INTERVAL);
    this.#tail = new SharedTail(client, () => this.latest(), failures);
  }

  async append(event: SessionEvent, { keep, watch }: AppendOptions): Promise<string> {
    const transaction = this.client
      .multi()
      .xadd(SESSION_EVENTS_KEY, 'MAXLEN', '~', keep, '*', 'event', encodeSessionEvent(event))
      .pexpire(SESSION_EVENTS_KEY, RETENTION);
    if (event.type === 'revoked') transaction.zrem(WATCHED_SESSIONS_KEY, entryOf(event));
    if (event.type === 'rotated') {
      const { previousSessionId: sessionId, userId } = event;
      transaction.zrem(WATCHED_SESSIONS_KEY, entryOf({ sessionId, userId }));
    }
    if (watch) {
      const timeToLive = watch.lastsUntil - Date.now() + LATENESS;
      transaction
        .zadd(WATCHED_SESSIONS_KEY, watch.dueAt, entryOf(event))
        // GT alone skips a key without an expiry, NX alone skips a key with an expiry.
        .pexpire(WATCHED_SESSIONS_KEY, timeToLive, 'NX')
        .pexpire(WATCHED_SESSIONS_KEY, timeToLive, 'GT');
    }
    const [position] = await replies(transaction.exec());
    return String(position);
  }

  async due(limit: number): Promise<WatchedSession[]> {
    const now = String(Date.now());
    const entries = await reply(
      this.client.zrangebyscore(WATCHED_SESSIONS_KEY, '-inf', now, 'LIMIT', 0, limit),
    );
    return entries.map((entry) => ({
      sessionId: entry.slice(0, ID_LENGTH),
      userId: entry.slice(ID_LENGTH),
    }));
  }

  async postpone(session: WatchedSession, dueAt: number): Promise<void> {
    // XX: a session that was removed from the list meanwhile is not added again.
    await reply(this.client.zadd(WATCHED_SESSIONS_KEY, 'XX', dueAt, entryOf(session)));
  }

  async appendExpiry(
    event: SessionEvent & { type: 'expired' },
    keep: number,
  ): Promise<string | null> {
    const keys = [SESSION_EVENTS_KEY, WATCHED_SESSIONS_KEY];
    const values = [entryOf(event), encodeSessionEvent(event), keep, RETENTION];
    return reply(
      this.client.eval(APPEND_EXPIRY, keys.length, ...keys, ...values) as Promise<string | null>,
    );
  }

  async latest(): Promise<string> {
    const newest = await reply(this.client.xrevrange(SESSION_EVENTS_KEY, '+', '-', 'COUNT', 1));
    return newest[0]?.[0] ?? '0-0';
  }

  async before(position: string | null, limit: number): Promise<SessionEventHistory> {
    requireEventPosition(position);
    const from = position === null ? '+' : `(${position}`;
    const entries = await reply(
      this.client.xrevrange(SESSION_EVENTS_KEY, from, '-', 'COUNT', limit),
    );
    const events = entries.flatMap(([at, fields]) => decodeEntry(at, fields) ?? []);
    const next = entries.length < limit ? null : (entries.at(-1)?.[0] ?? null);
    return { events, next };
  }

  after(position: string | null): Observable<SessionEvent> {
    requireEventPosition(position);
    return this.#tail.after(position);
  }
}

function entryOf({ sessionId, userId }: WatchedSession): string {
  return `${sessionId}${userId}`;
}
