import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { Observable, type Subscriber } from 'rxjs';
import { FailureLog } from '../errors/failure-log';
import { duplicateClient, whenReady } from '../store/redis-client';
import { replies, reply } from '../store/redis-reply';
import { SESSION_EVENTS_KEY, WATCHED_SESSIONS_KEY } from '../store/redis-session.keys';
import { APPEND_EXPIRY } from './append-expiry.script';
import {
  type AppendOptions,
  requireEventPosition,
  SessionEventLog,
  type WatchedSession,
} from './session-event.log';
import { decodeSessionEvent, encodeSessionEvent, type SessionEvent } from './session-event';

/** After so long without an event the log is dropped, in milliseconds: no key is without an end. */
const RETENTION = 30 * 24 * 60 * 60 * 1_000;

/** How late the end of a session may be noticed, should nobody look for a while (ms). */
const LATENESS = 24 * 60 * 60 * 1_000;

/** How long a read waits for the next event before it is sent again, in milliseconds. */
const BLOCK = 2_000;

/** How long Redis may stay silent beyond that before the connection counts as dead (ms). */
const GRACE = 1_000;

/** How many events one read takes. */
const BATCH = 100;

/** The pause before a read that failed is tried again, in milliseconds. */
const RETRY_DELAY = 500;

/** Of a failure that lasts it is told once in this time, in milliseconds. */
const FAILURE_INTERVAL = 60_000;

/** The length of a session's id, after which its user's id follows in an entry of the list. */
const ID_LENGTH = 43;

/**
 * The log as a capped stream, and the list of watched sessions as a sorted set by due time; both in
 * one Cluster slot. Needs Redis 7.0 or later.
 */
export class RedisSessionEventLog extends SessionEventLog {
  readonly #failures = new FailureLog('SessionEvents', FAILURE_INTERVAL);

  constructor(private readonly client: Redis | Cluster) {
    super();
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
        // GT alone passes over a key that has no expiry yet, NX alone over one that has.
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
    // XX: one that was taken off the list meanwhile stays off it.
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

  after(position: string | null): Observable<SessionEvent> {
    requireEventPosition(position);
    return new Observable((subscriber) => {
      // A read that waits holds up its connection, so it has one to itself.
      const timeouts = { commandTimeout: BLOCK + GRACE, socketTimeout: BLOCK + GRACE };
      const connection = duplicateClient(this.client, timeouts);
      connection.once('end', () => {
        subscriber.complete();
      });
      void this.#follow(connection, position, subscriber);
      return () => {
        connection.disconnect();
      };
    });
  }

  async #follow(
    connection: Redis | Cluster,
    position: string | null,
    subscriber: Subscriber<SessionEvent>,
  ): Promise<void> {
    let last = position;
    while (!subscriber.closed) {
      try {
        const failure = await whenReady(connection, GRACE);
        if (failure) throw failure;
        last ??= await this.latest();
        for (const [at, event] of await nextEvents(connection, last)) {
          last = at;
          if (event) subscriber.next(event);
        }
      } catch (error) {
        // The end of the subscription ends the connection, and with it the read.
        if (subscriber.closed as boolean) return;
        this.#failures.report(error);
        await delay(RETRY_DELAY);
      }
    }
  }
}

/** The events after a position, or none when none comes for a while. */
async function nextEvents(
  connection: Redis | Cluster,
  last: string,
): Promise<[position: string, event: SessionEvent | null][]> {
  const streams = await reply(
    connection.xread('COUNT', BATCH, 'BLOCK', BLOCK, 'STREAMS', SESSION_EVENTS_KEY, last),
  );
  const entries = streams?.[0]?.[1] ?? [];
  return entries.map(([position, fields]) => [
    position,
    decodeSessionEvent(position, fields[fields.indexOf('event') + 1] ?? ''),
  ]);
}

function entryOf({ sessionId, userId }: WatchedSession): string {
  return `${sessionId}${userId}`;
}
