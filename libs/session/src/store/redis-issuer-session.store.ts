import { setTimeout as delay } from 'node:timers/promises';
import { type ChainableCommander, Cluster, type Redis } from 'ioredis';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { Session } from '../session/session';
import { decodeSession, encodeSession } from '../session/session-record';
import { IssuerSessionStore, type SessionSnapshot } from './issuer-session.store';
import { whenReady } from './redis-client';
import { recordReplies, replies, reply } from './redis-reply';
import { idleKey, sessionKey, userSessionsKey } from './redis-session.keys';
import { REPLACE_RECORD } from './replace-record.script';

/** How often an update is tried before the record counts as too contended. */
const UPDATE_ATTEMPTS = 20;

/** How long the connection of its own may take to come up, in milliseconds. */
const CONNECT_TIMEOUT = 250;

/** How long replicas may take to follow, in milliseconds; less than a command may take at all. */
const REPLICATION_TIMEOUT = 200;

/**
 * The write side in Redis. Commands that belong together lie in one slot and go as one transaction;
 * between the session's slot and the index' the order of steps does what a transaction cannot
 * (see {@link IssuerSessionStore}). Needs Redis 7.0 or later.
 */
export class RedisIssuerSessionStore extends IssuerSessionStore {
  /** WAIT holds up all that follows on its connection, so it has one to itself. */
  readonly #replicating: Redis | Cluster;

  /**
   * @param waitReplicas How many replicas must have taken over an update or the end of a session
   *   before it counts as done. Without (0), a master that dies at once may take it to its grave.
   */
  constructor(
    private readonly client: Redis | Cluster,
    private readonly waitReplicas = 0,
  ) {
    super();
    this.#replicating = waitReplicas > 0 ? waitingDuplicate(client) : client;
  }

  async insert(session: Session): Promise<void> {
    const now = Date.now();
    const untilAbsolute = session.absoluteExpiresAt - now;
    // Redis refuses a time to live that is over, and so is the session.
    if (untilAbsolute <= 0) return;
    await replies(
      this.client
        .multi()
        .set(sessionKey(session.id), encodeSession(session), 'PX', untilAbsolute)
        .set(idleKey(session.id), '', 'PX', session.idleTimeout)
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
    const [record, left] = await this.#read(id);
    const session = decodeLive(id, record, left);
    if (session === null) return null;
    const idleExpiresAt = now + Number(left);
    return {
      session,
      expiresAt: Math.min(idleExpiresAt, session.absoluteExpiresAt),
      lastSeenAt: idleExpiresAt - session.idleTimeout,
    };
  }

  async update(id: string, change: (session: Session) => Session): Promise<Session | null> {
    for (let attempt = 1; attempt <= UPDATE_ATTEMPTS; attempt += 1) {
      const [record, left] = await this.#read(id);
      const session = decodeLive(id, record, left);
      if (session === null) return null;
      const changed = change(session);
      const [outcome] = await this.#replicated((pipeline) =>
        pipeline.eval(REPLACE_RECORD, 1, sessionKey(id), String(record), encodeSession(changed)),
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
    const [left, record] = await this.#replicated((pipeline) =>
      pipeline
        .pttl(idleKey(id))
        // What it gives is the last that the record ever was: no change can come in between. It
        // leaves a key of another type, which DEL does not.
        .getdel(sessionKey(id))
        .del(sessionKey(id), idleKey(id)),
    );
    const stored = typeof record === 'string' ? decodeSession(id, record) : null;
    const owner = stored?.user.id ?? userId;
    if (owner !== null) await reply(this.client.zrem(userSessionsKey(owner), id));
    return isLive(stored, left) ? stored : null;
  }

  async idsOf(userId: string): Promise<string[]> {
    return reply(this.client.zrange(userSessionsKey(userId), '0', '-1'));
  }

  /** The record and what is left of the idle timeout, in milliseconds. */
  #read(id: string): Promise<unknown[]> {
    return recordReplies(this.client.pipeline().get(sessionKey(id)).pttl(idleKey(id)).exec());
  }

  /**
   * Runs commands and waits until the replicas have what they changed. WAIT looks at what was written
   * over its own connection, so it goes along with them.
   * https://redis.io/docs/latest/commands/wait/
   *
   * @throws SessionStoreUnavailableError also when the commands were carried out and too few replicas
   *   have followed: it may be undone by a failover.
   */
  async #replicated(commands: (pipeline: ChainableCommander) => unknown): Promise<unknown[]> {
    if (this.waitReplicas > 0) {
      const failure = await whenReady(this.#replicating, CONNECT_TIMEOUT);
      if (failure) throw new SessionStoreUnavailableError({ cause: failure });
    }
    const pipeline = this.#replicating.pipeline();
    commands(pipeline);
    if (this.waitReplicas > 0) pipeline.wait(this.waitReplicas, REPLICATION_TIMEOUT);
    const values = await recordReplies(pipeline.exec());
    const followed = Number(values.at(-1));
    if (this.waitReplicas > 0 && followed < this.waitReplicas) {
      throw new SessionStoreUnavailableError({
        cause: new Error(`only ${followed} of ${this.waitReplicas} replicas have followed`),
      });
    }
    return values;
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

/** A second connection to the same Redis, which ends with the first. */
function waitingDuplicate(client: Redis | Cluster): Redis | Cluster {
  // One and the same call; the two types of it are not one to the compiler.
  const duplicate = client instanceof Cluster ? client.duplicate() : client.duplicate();
  // A command that needs it fails by itself; without a listener the event would end the process.
  duplicate.on('error', () => undefined);
  client.once('end', () => {
    duplicate.disconnect();
  });
  return duplicate;
}

/** The session of a record whose idle clock runs and whose absolute timeout has not passed. */
function decodeLive(id: string, record: unknown, left: unknown): Session | null {
  const session = typeof record === 'string' ? decodeSession(id, record) : null;
  return isLive(session, left) ? session : null;
}

/** @param left What is left of the idle timeout; negative when the clock has run out. */
function isLive(session: Session | null, left: unknown): boolean {
  return typeof left === 'number' && left >= 0 && Date.now() < (session?.absoluteExpiresAt ?? 0);
}
