import { setTimeout as delay } from 'node:timers/promises';
import type { ChainableCommander, Cluster, Redis } from 'ioredis';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import { decodeSession, encodeSession } from '../session/session-record.js';
import { superseded } from '../session/superseded.js';
import { END_SESSION } from './end-session.script.js';
import { IssuerSessionStore, type SessionSnapshot } from './issuer-session.store.js';
import { duplicateClient, whenReady } from './redis-client.js';
import { recordReplies, replies, reply } from './redis-reply.js';
import { idleKey, sessionDataKey, sessionKey, userSessionsKey } from './redis-session.keys.js';
import { REPLACE_RECORD } from './replace-record.script.js';
import { SUPERSEDE_SESSION } from './supersede-session.script.js';

export interface RedisIssuerSessionStoreOptions {
  /**
   * How many replicas must have taken over an update or the end of a session before it counts as
   * done. Without, a master that dies at once may take it to its grave.
   * @default 0
   */
  readonly waitReplicas?: number;
  /**
   * The services that add to sessions: what they have added ends with the session, and follows it when
   * it is rotated.
   * @default none
   */
  readonly services?: readonly string[];
  /**
   * Called once a session was changed or ended, before who asked for it is answered: this process is not
   * to remember it as it was.
   */
  readonly onChanged?: (id: string) => void;
}

/** What is known of a session that has just been ended. */
interface EndedSession {
  /** As it was last; `null` when it was not alive. */
  readonly session: Session | null;
  /** In whose index it is; `null` when nobody knows. */
  readonly owner: string | null;
  /** For each service names and values in turn. */
  readonly added: string[][];
}

/** How often an update is tried before the record counts as too contended. */
const UPDATE_ATTEMPTS = 20;

/** How many names and values are written in one command; an even number. */
const FIELDS_AT_ONCE = 2_000;

/** The least time between two reviews of one session, in milliseconds. */
const REVIEW_INTERVAL = 1_000;

/** How long the connection of its own may take to come up, in milliseconds. */
const CONNECT_TIMEOUT = 250;

/** How long replicas may take to follow, in milliseconds. */
const REPLICATION_TIMEOUT = 400;

/** How long Redis may take to tell, in milliseconds: longer than that. */
const WAIT_TIMEOUT = REPLICATION_TIMEOUT + 100;

/**
 * The write side in Redis. Commands that belong together lie in one slot and go as one transaction;
 * between the session's slot and the index' the order of steps does what a transaction cannot
 * (see {@link IssuerSessionStore}). Needs Redis 7.0 or later.
 */
export class RedisIssuerSessionStore extends IssuerSessionStore {
  private readonly waitReplicas: number;
  private readonly services: readonly string[];
  private readonly onChanged: (id: string) => void;
  /** WAIT holds up all that follows on its connection, so it has one to itself. */
  readonly #replicating: Redis | Cluster;

  constructor(
    private readonly client: Redis | Cluster,
    {
      waitReplicas = 0,
      services = [],
      onChanged = () => undefined,
    }: RedisIssuerSessionStoreOptions = {},
  ) {
    super();
    this.waitReplicas = waitReplicas;
    this.services = services;
    this.onChanged = onChanged;
    this.#replicating =
      waitReplicas > 0 ? duplicateClient(client, { commandTimeout: WAIT_TIMEOUT }) : client;
  }

  async insert(session: Session): Promise<void> {
    const now = Date.now();
    const untilAbsolute = session.absoluteExpiresAt - now;
    // Redis refuses a time to live that is over, and so is the session.
    if (untilAbsolute <= 0) return;
    try {
      await replies(
        this.client
          .multi()
          .set(sessionKey(session.id), encodeSession(session), 'PX', untilAbsolute)
          .set(idleKey(session.id), '', 'PX', session.idleTimeout)
          .exec(),
      );
      await this.#addToIndex(session, untilAbsolute);
    } catch (error) {
      // It may have been stored though the reply was lost, and nobody knows the token yet. Should
      // this fail as well, the keys' TTL does it later.
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
      const session = decodeStored(id, record, left);
      if (session === null) return null;
      const changed = change(session);
      const [outcome] = await this.#changing(id, (pipeline) =>
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
    const { session, owner } = await this.#end(id, userId);
    if (owner !== null) await this.#dropFromIndex(owner, id);
    return session;
  }

  async replace({ id, user }: Session, by: Session): Promise<Session | null> {
    const { session, added } = await this.#end(id, user.id);
    await this.#giveAdditions(by, added);
    await this.#dropFromIndex(user.id, id);
    return session;
  }

  async supersede(session: Session, by: Session, grace: number): Promise<boolean> {
    const { id, user } = session;
    const [record, left] = await this.#read(id);
    const current = decodeStored(id, record, left);
    if (current?.supersededBy !== null) return false;
    // Its text may hold more than what is read of it, so the script is given the text.
    if (encodeSession(current) !== encodeSession(session)) return false;
    const last = superseded(current, by, grace);
    const timeLeft = last.absoluteExpiresAt - Date.now();
    if (timeLeft <= 0) return false;
    const keys = [sessionKey(id), idleKey(id), ...this.#dataKeys(id)];
    const values = [String(record), encodeSession(last), timeLeft];
    const [added] = await this.#changing(id, (pipeline) =>
      pipeline.eval(SUPERSEDE_SESSION, keys.length, ...keys, ...values),
    );
    if (!Array.isArray(added)) return false;
    await this.#giveAdditions(by, added as string[][]);
    // XX: one that has ended meanwhile is not indexed anew.
    const index = userSessionsKey(user.id);
    await reply(this.client.zadd(index, 'XX', last.absoluteExpiresAt, id));
    return true;
  }

  async review(id: string, userId: string): Promise<number | null> {
    const now = Date.now();
    const [record, left] = await this.#read(id);
    // By Redis' clock alone: one of ours that is fast must not end anything for everybody.
    if (record === null || left === -2) {
      // Not replicated: what an async failover would bring back has ended all the same.
      await reply(this.client.del(idleKey(id), sessionKey(id), ...this.#dataKeys(id)));
      await this.#dropFromIndex(userId, id);
      return null;
    }
    // A record that cannot be read is left to whoever wrote it.
    const session = typeof record === 'string' ? decodeSession(id, record) : null;
    const untilAbsolute = session ? session.absoluteExpiresAt - now : Infinity;
    if (session && untilAbsolute > 0) await this.#addToIndex(session, untilAbsolute);
    return now + Math.max(Math.min(Number(left), untilAbsolute), REVIEW_INTERVAL);
  }

  async idsOf(userId: string, until = Infinity): Promise<string[]> {
    const end = until === Infinity ? '+inf' : String(until);
    return reply(this.client.zrange(userSessionsKey(userId), '-inf', end, 'BYSCORE'));
  }

  async #end(id: string, userId: string | null): Promise<EndedSession> {
    const keys = [idleKey(id), sessionKey(id), ...this.#dataKeys(id)];
    const [ended] = await this.#changing(id, (pipeline) =>
      pipeline.eval(END_SESSION, keys.length, ...keys),
    );
    const [left, record, added] = ended as [number, string | null, string[][]];
    const stored = record === null ? null : decodeSession(id, record);
    return {
      session: isLive(stored, left) ? stored : null,
      owner: stored?.user.id ?? userId,
      added,
    };
  }

  async #dropFromIndex(userId: string, id: string): Promise<void> {
    await reply(this.client.zrem(userSessionsKey(userId), id));
  }

  async #giveAdditions({ id, absoluteExpiresAt }: Session, added: string[][]): Promise<void> {
    const untilAbsolute = absoluteExpiresAt - Date.now();
    for (const [i, key] of this.#dataKeys(id).entries()) {
      const fields = added[i] ?? [];
      // Services in other languages may have added more than this library does: in steps, of which none
      // is too long for one command, or takes too long.
      for (let from = 0; from < fields.length; from += FIELDS_AT_ONCE) {
        const some = fields.slice(from, from + FIELDS_AT_ONCE);
        await replies(
          this.client
            .multi()
            .hset(key, ...some)
            .pexpire(key, untilAbsolute)
            .exec(),
        );
      }
    }
  }

  #dataKeys(id: string): string[] {
    return this.services.map((service) => sessionDataKey(id, service));
  }

  /** The record and what is left of the idle timeout, in milliseconds. */
  #read(id: string): Promise<unknown[]> {
    return recordReplies(this.client.pipeline().get(sessionKey(id)).pttl(idleKey(id)).exec());
  }

  /** Runs commands that change a session. */
  async #changing(
    id: string,
    commands: (pipeline: ChainableCommander) => unknown,
  ): Promise<unknown[]> {
    try {
      return await this.#replicated(commands);
    } finally {
      // Also when they have failed: they may have been carried out.
      this.onChanged(id);
    }
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

  /**
   * In one transaction, so that the index is never without an expiry. What has ended is dropped by whoever
   * finds it gone, not here by the scores, which the clocks of several processes have written.
   */
  async #addToIndex(session: Session, untilAbsolute: number): Promise<void> {
    const index = userSessionsKey(session.user.id);
    await replies(
      this.client
        .multi()
        .zadd(index, session.absoluteExpiresAt, session.id)
        // GT alone passes over a key that has no expiry yet, NX alone over one that has.
        .pexpire(index, untilAbsolute, 'NX')
        .pexpire(index, untilAbsolute, 'GT')
        .exec(),
    );
  }
}

/**
 * The session of a record that Redis still has, and whose idle clock runs: for a change, which must reach
 * every session that another process may serve, whatever the clock of this one says.
 */
function decodeStored(id: string, record: unknown, left: unknown): Session | null {
  const isRunning = typeof left === 'number' && left >= 0;
  return isRunning && typeof record === 'string' ? decodeSession(id, record) : null;
}

/** The session of a record whose idle clock runs and whose absolute timeout has not passed. */
function decodeLive(id: string, record: unknown, left: unknown): Session | null {
  const session = decodeStored(id, record, left);
  return isLive(session, left) ? session : null;
}

/** @param left What is left of the idle timeout; negative when the clock has run out. */
function isLive(session: Session | null, left: unknown): boolean {
  return typeof left === 'number' && left >= 0 && Date.now() < (session?.absoluteExpiresAt ?? 0);
}
