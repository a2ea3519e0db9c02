import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { Session } from '../session/session';
import { decodeSession, encodeSession } from '../session/session-record';
import { IssuerSessionStore, type SessionSnapshot } from './issuer-session.store';
import { recordReplies, recordReply, replies, reply } from './redis-reply';
import { idleKey, sessionKey, userSessionsKey } from './redis-session.keys';
import { REPLACE_RECORD } from './replace-record.script';

/** How often an update is tried before the record counts as too contended. */
const UPDATE_ATTEMPTS = 20;

/**
 * The write side in Redis. Commands that belong together lie in one slot and go as one transaction;
 * between the session's slot and the index' the order of steps does what a transaction cannot
 * (see {@link IssuerSessionStore}). Needs Redis 7.0 or later.
 */
export class RedisIssuerSessionStore extends IssuerSessionStore {
  constructor(private readonly client: Redis | Cluster) {
    super();
  }

  async insert(session: Session): Promise<void> {
    const now = Date.now();
    const untilAbsolute = session.absoluteExpiresAt - now;
    const untilIdle = Math.min(session.idleTimeout, untilAbsolute);
    await replies(
      this.client
        .multi()
        .set(sessionKey(session.id), encodeSession(session), 'PX', untilAbsolute)
        .set(idleKey(session.id), '', 'PX', untilIdle)
        .exec(),
    );
    try {
      await this.#addToIndex(session, now, untilAbsolute);
    } catch (error) {
      // Nobody knows the token yet. Should this fail as well, the keys' TTL does it later.
      await this.client.del(sessionKey(session.id), idleKey(session.id)).catch(() => undefined);
      throw error;
    }
  }

  async inspect(id: string): Promise<SessionSnapshot | null> {
    const now = Date.now();
    const [record, left] = await recordReplies(
      this.client.pipeline().get(sessionKey(id)).pttl(idleKey(id)).exec(),
    );
    if (typeof record !== 'string' || typeof left !== 'number' || left < 0) return null;
    const session = decodeSession(id, record);
    if (session === null || session.absoluteExpiresAt <= now) return null;
    const idleExpiresAt = now + left;
    return {
      session,
      expiresAt: Math.min(idleExpiresAt, session.absoluteExpiresAt),
      lastSeenAt: idleExpiresAt - session.idleTimeout,
    };
  }

  async update(id: string, change: (session: Session) => Session): Promise<Session | null> {
    for (let attempt = 1; attempt <= UPDATE_ATTEMPTS; attempt += 1) {
      const record = await recordReply(this.client.get(sessionKey(id)));
      const session = typeof record === 'string' ? decodeSession(id, record) : null;
      if (typeof record !== 'string' || session === null) return null;
      const changed = change(session);
      const outcome = await reply(
        this.client.eval(REPLACE_RECORD, 1, sessionKey(id), record, encodeSession(changed)),
      );
      if (outcome === 1) return changed;
      if (outcome === -1) return null;
      await delay(Math.random() * attempt);
    }
    throw new SessionStoreUnavailableError({
      cause: new Error(`${sessionKey(id)} changed during ${UPDATE_ATTEMPTS} attempts to update it`),
    });
  }

  async remove(id: string, userId: string | null): Promise<Session | null> {
    const [record] = await recordReplies(
      this.client.multi().get(sessionKey(id)).del(sessionKey(id), idleKey(id)).exec(),
    );
    const session = typeof record === 'string' ? decodeSession(id, record) : null;
    const owner = session?.user.id ?? userId;
    if (owner !== null) await reply(this.client.zrem(userSessionsKey(owner), id));
    return session;
  }

  async idsOf(userId: string): Promise<string[]> {
    return reply(this.client.zrange(userSessionsKey(userId), '0', '-1'));
  }

  /** In one transaction, so that the index is never without an expiry. */
  async #addToIndex(session: Session, now: number, untilAbsolute: number): Promise<void> {
    const index = userSessionsKey(session.user.id);
    await replies(
      this.client
        .multi()
        .zremrangebyscore(index, '-inf', String(now))
        .zadd(index, session.absoluteExpiresAt, session.id)
        // GT alone passes over a key that has no expiry yet, NX alone over one that has.
        .pexpire(index, untilAbsolute, 'NX')
        .pexpire(index, untilAbsolute, 'GT')
        .exec(),
    );
  }
}
