import { setTimeout as delay } from 'node:timers/promises';
import { inBatches } from '../common/in-batches.js';
import type { ChainableCommander, Cluster, Redis } from 'ioredis';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import { decodeSession, encodeSession } from '../session/session-record.js';
import type { AddOutcome, WriteOnceAttribute } from '../store/add-outcome.js';
import {
  IssuerSessionStore,
  type SessionListing,
  type SessionSnapshot,
  type Succession,
} from '../store/issuer-session.store.js';
import { duplicateClient, whenReady } from '../store/redis-client.js';
import { RedisFailures } from '../store/redis-failures.js';
import { recordReplies, replies, reply } from '../store/redis-reply.js';
import {
  idleKey,
  sessionDataKey,
  sessionKey,
  userSessionsKey,
} from '../store/redis-session.keys.js';
import { RedisSessionStore } from '../store/redis-session.store.js';
import { positionOf, type SessionPosition } from '../store/session-position.js';
import type { FindOptions, SessionStore } from '../store/session.store.js';
import { END_SESSION } from './end-session.script.js';
import { type IndexEntry, LiveSessionIndex } from './live-session-index.js';
import { REPLACE_RECORD } from './replace-record.script.js';
import { SUPERSEDE_SESSION } from './supersede-session.script.js';

/** Options of {@link RedisIssuerSessionStore}. */
export interface RedisIssuerSessionStoreOptions {
  /**
   * Number of replicas that must have an update or the end of a session before the operation succeeds. With
   * 0, the operation may be lost if the master fails right afterwards.
   * @default 0
   */
  readonly waitReplicas?: number;
  /**
   * Services that add write-once attributes to sessions. Their attributes end with the session, and are
   * copied when it is rotated.
   * @default none
   */
  readonly services?: readonly string[];
  /**
   * Store that this process reads, on the same Redis: it may keep copies of sessions. It drops its copy after
   * each attempt to change or end a session, also a failed attempt, and before the operation settles.
   * @default a store without copies
   */
  readonly reads?: SessionStore;
}

/** Result of an attempt to replace a record that was read before. */
type Outcome = 'done' | 'gone' | 'changed-meanwhile';

/** Known state of a session that has just ended. */
interface EndedSession {
  /** Last state; `null` when the session was not live. */
  readonly session: Session | null;
  /** Stored record, live or not; `null` for a missing or unreadable record. */
  readonly stored: Session | null;
  /** User whose index contains the session; `null` when unknown. */
  readonly owner: string | null;
  /** Names and values in turn, for each service. */
  readonly added: string[][];
}

/** Maximum time between two renewals of one session, in milliseconds. */
const TOUCH_INTERVAL = 60_000;

/** Maximum number of attempts to update a contended record. */
const UPDATE_ATTEMPTS = 20;

/** Maximum number of names and values in one command; an even number. */
const FIELDS_AT_ONCE = 2_000;

/** Minimum time between two reviews of one session, in milliseconds. */
const REVIEW_INTERVAL = 1_000;

/** Timeout of the additional connection to become ready, in milliseconds. */
const CONNECT_TIMEOUT = 250;

/** Timeout of the replication, in milliseconds. */
const REPLICATION_TIMEOUT = 400;

/** Command timeout of the connection with `WAIT`, in milliseconds: longer than the replication's. */
const WAIT_TIMEOUT = REPLICATION_TIMEOUT + 100;

/**
 * Writes sessions to Redis. Related commands address one slot and run as one transaction. A session and
 * the index are in different slots, where the order of the steps replaces a transaction
 * (see {@link IssuerSessionStore}). Needs Redis 7.0 or later.
 */
export class RedisIssuerSessionStore extends IssuerSessionStore {
  private readonly waitReplicas: number;
  private readonly services: readonly string[];
  private readonly reads: SessionStore;
  /** Separate connection with `waitReplicas`, as WAIT blocks all later commands on its connection. */
  readonly #replicating: Redis | Cluster;
  readonly #live: LiveSessionIndex;
  readonly #failures: RedisFailures;

  constructor(
    private readonly client: Redis | Cluster,
    {
      waitReplicas = 0,
      services = [],
      reads = new RedisSessionStore(client, TOUCH_INTERVAL),
    }: RedisIssuerSessionStoreOptions = {},
  ) {
    super();
    this.waitReplicas = waitReplicas;
    this.services = services;
    this.reads = reads;
    this.#live = new LiveSessionIndex(client);
    this.#failures = RedisFailures.of(client);
    this.#replicating = waitReplicas > 0 ? this.#openReplicating() : client;
  }

  override peek(id: string): Session | null | undefined {
    return this.reads.peek(id);
  }

  override find(id: string, options?: FindOptions): Promise<Session | null> {
    return this.reads.find(id, options);
  }

  touch(session: Session): Promise<void> | undefined {
    return this.reads.touch(session);
  }

  add(session: Session, attribute: WriteOnceAttribute): Promise<AddOutcome> {
    return this.reads.add(session, attribute);
  }

  attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    return this.reads.attributes(id, service);
  }

  override ping(): Promise<void> {
    return this.reads.ping();
  }

  override forget(id: string): void {
    this.reads.forget(id);
  }

  async insert(session: Session): Promise<void> {
    const now = Date.now();
    const untilAbsolute = session.absoluteExpiresAt - now;
    // The session has expired already, and Redis rejects a time to live that is not positive.
    if (untilAbsolute <= 0) return;
    try {
      await replies(
        this.client
          .multi()
          .set(sessionKey(session.id), encodeSession(session), 'PX', untilAbsolute)
          .set(idleKey(session.id), '', 'PX', session.idleTimeout)
          .exec(),
      );
      await Promise.all([this.#addToIndex(session, untilAbsolute), this.#live.add(session, true)]);
    } catch (error) {
      // The session may be stored although the reply was lost, and no client has its token yet. If this
      // command fails too, the keys expire by their TTL.
      await this.client.del(sessionKey(session.id), idleKey(session.id)).catch(() => undefined);
      await this.#live.remove(session).catch(() => undefined);
      throw error;
    }
  }

  async inspect(id: string): Promise<SessionSnapshot | null> {
    const now = Date.now();
    const [record, left] = await this.#read(id);
    return snapshotOf(id, record, left, now);
  }

  async update(
    id: string,
    change: (session: Session) => Session | null,
    succession?: Succession,
  ): Promise<Session | null> {
    for (let attempt = 1; attempt <= UPDATE_ATTEMPTS; attempt += 1) {
      const [record, left] = await this.#read(id);
      const session = decodeStored(id, record, left);
      if (session === null) return null;
      const changed = change(session);
      if (changed === null) return null;
      const outcome = await (succession
        ? this.#supersede(String(record), session, changed, succession)
        : this.#replaceRecord(String(record), changed));
      if (outcome === 'done') return changed;
      if (outcome === 'gone') return null;
      await delay(Math.random() * attempt);
    }
    throw new SessionStoreUnavailableError({
      cause: new Error(`${sessionKey(id)} changed during ${UPDATE_ATTEMPTS} attempts to update it`),
    });
  }

  async remove(id: string, userId: string | null, heir?: Session): Promise<Session | null> {
    const { session, stored, owner, added } = await this.#end(id, userId);
    if (heir) await this.#copyAttributes(heir, added);
    await this.#dropFromIndexes(id, stored, owner);
    return session;
  }

  override async review(id: string, userId: string): Promise<number | null> {
    const now = Date.now();
    const [record, left] = await this.#read(id);
    // An unreadable record is left to the application that wrote it.
    const session = typeof record === 'string' ? decodeSession(id, record) : null;
    if (hasEnded(record, left)) {
      // No WAIT: a session that an async failover brings back has ended all the same.
      await reply(this.client.del(idleKey(id), sessionKey(id), ...this.#dataKeys(id)));
      await this.#dropFromIndexes(id, session, userId);
      return null;
    }
    const untilAbsolute = session ? session.absoluteExpiresAt - now : Infinity;
    if (session && untilAbsolute > 0) {
      await Promise.all([
        this.#addToIndex(session, untilAbsolute),
        session.supersededBy === null ? this.#live.add(session, false) : null,
      ]);
    }
    return now + Math.max(Math.min(Number(left), untilAbsolute), REVIEW_INTERVAL);
  }

  async idsOf(userId: string, until = Infinity): Promise<string[]> {
    const end = until === Infinity ? '+inf' : String(until);
    return reply(this.client.zrange(userSessionsKey(userId), '-inf', end, 'BYSCORE'));
  }

  override count(): Promise<number> {
    return this.#live.count();
  }

  override async listAfter(after: SessionPosition | null, limit: number): Promise<SessionListing> {
    const sessions: SessionSnapshot[] = [];
    let examined = 0;
    let next: SessionPosition | null = null;
    for await (const entries of this.#live.after(after)) {
      if (examined === limit) return { sessions, examined, next };
      const some = entries.slice(0, limit - examined);
      for (const snapshot of await inBatches(some, (entry) => this.#inspectEntry(entry))) {
        if (snapshot !== null) sessions.push(snapshot);
      }
      examined += some.length;
      const last = some.at(-1);
      if (last) next = positionOf(last);
      if (some.length < entries.length) return { sessions, examined, next };
    }
    return { sessions, examined, next: null };
  }

  /** Returns the session of an entry. An entry whose session has ended or has a successor is removed. */
  async #inspectEntry(entry: IndexEntry): Promise<SessionSnapshot | null> {
    const now = Date.now();
    const [record, left] = await this.#read(entry.id);
    const snapshot = snapshotOf(entry.id, record, left, now);
    const isSuperseded = snapshot !== null && snapshot.session.supersededBy !== null;
    if (isSuperseded || hasEnded(record, left)) await this.#live.drop(entry);
    return isSuperseded ? null : snapshot;
  }

  async #replaceRecord(record: string, changed: Session): Promise<Outcome> {
    const { id } = changed;
    const [outcome] = await this.#changing(id, (pipeline) =>
      pipeline.eval(REPLACE_RECORD, 1, sessionKey(id), record, encodeSession(changed)),
    );
    if (outcome === 1) return 'done';
    return outcome === -1 ? 'gone' : 'changed-meanwhile';
  }

  async #supersede(
    record: string,
    before: Session,
    changed: Session,
    { by, grace }: Succession,
  ): Promise<Outcome> {
    const { id, user, absoluteExpiresAt } = changed;
    const timeLeft = Math.min(grace, absoluteExpiresAt - Date.now());
    if (timeLeft <= 0) return 'gone';
    const keys = [sessionKey(id), idleKey(id), ...this.#dataKeys(id)];
    const values = [record, encodeSession(changed), timeLeft];
    const [added] = await this.#changing(id, (pipeline) =>
      pipeline.eval(SUPERSEDE_SESSION, keys.length, ...keys, ...values),
    );
    // The session may also be gone: the next attempt finds out.
    if (!Array.isArray(added)) return 'changed-meanwhile';
    await this.#copyAttributes(by, added as string[][]);
    await Promise.all([
      // XX: a session that has ended meanwhile is not indexed again.
      reply(this.client.zadd(userSessionsKey(user.id), 'XX', absoluteExpiresAt, id)),
      // The successor is in the index of live sessions.
      this.#live.remove(before),
    ]);
    return 'done';
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
      stored,
      owner: stored?.user.id ?? userId,
      added,
    };
  }

  /** @param session Last record; `null` when it is unknown, then only the user's index knows the absolute expiry. */
  async #dropFromIndexes(
    id: string,
    session: Session | null,
    userId: string | null,
  ): Promise<void> {
    if (session !== null) {
      const index = userSessionsKey(userId ?? session.user.id);
      await Promise.all([reply(this.client.zrem(index, id)), this.#live.remove(session)]);
    } else if (userId !== null) {
      await this.#dropUnknown(userId, id);
    }
  }

  async #dropUnknown(userId: string, id: string): Promise<void> {
    const index = userSessionsKey(userId);
    const [score] = await replies(this.client.multi().zscore(index, id).zrem(index, id).exec());
    if (score === null) return;
    await this.#live.removeAt({ id, absoluteExpiresAt: Number(score) });
  }

  async #copyAttributes({ id, absoluteExpiresAt }: Session, added: string[][]): Promise<void> {
    const untilAbsolute = absoluteExpiresAt - Date.now();
    for (const [i, key] of this.#dataKeys(id).entries()) {
      const fields = added[i] ?? [];
      // Services in other languages may exceed this library's limits. Several steps keep each command short
      // and fast.
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

  /** Reads the record and the remaining idle timeout, in milliseconds. */
  #read(id: string): Promise<unknown[]> {
    return recordReplies(this.client.pipeline().get(sessionKey(id)).pttl(idleKey(id)).exec());
  }

  /** Runs commands that change a session, and drops this process' copy. */
  async #changing(
    id: string,
    commands: (pipeline: ChainableCommander) => unknown,
  ): Promise<unknown[]> {
    try {
      return await this.#replicated(commands);
    } finally {
      // Also after a failure: Redis may have run the commands.
      this.reads.forget(id);
    }
  }

  /**
   * Runs commands and waits until the replicas have their changes. WAIT only covers writes on its own
   * connection, so it is sent with the commands.
   * https://redis.io/docs/latest/commands/wait/
   *
   * @throws SessionStoreUnavailableError also when Redis ran the commands, but too few replicas have the
   *   changes: a failover may undo them.
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
      const cause = new Error(
        `only ${followed} of ${this.waitReplicas} replicas have confirmed the write`,
      );
      // For Redis, the command has succeeded.
      this.#failures.report(cause);
      throw new SessionStoreUnavailableError({ cause });
    }
    return values;
  }

  #openReplicating(): Redis | Cluster {
    const connection = duplicateClient(this.client, { commandTimeout: WAIT_TIMEOUT });
    this.#failures.include(connection);
    return connection;
  }

  /**
   * Adds a session to the index in one transaction, so that the index always has an expiry. The process that
   * finds a session gone removes its entry. Entries are not removed here by score, as the scores come from
   * the clocks of several processes.
   */
  async #addToIndex(session: Session, untilAbsolute: number): Promise<void> {
    const index = userSessionsKey(session.user.id);
    await replies(
      this.client
        .multi()
        .zadd(index, session.absoluteExpiresAt, session.id)
        // GT alone skips a key without an expiry, NX alone skips a key with an expiry.
        .pexpire(index, untilAbsolute, 'NX')
        .pexpire(index, untilAbsolute, 'GT')
        .exec(),
    );
  }
}

/**
 * Decodes a record that Redis still has, and whose idle clock runs. Used for changes: these must reach every
 * session that another process may serve, whatever the clock of this process says.
 */
function decodeStored(id: string, record: unknown, left: unknown): Session | null {
  const isRunning = typeof left === 'number' && left >= 0;
  return isRunning && typeof record === 'string' ? decodeSession(id, record) : null;
}

/** Decodes a record whose idle clock runs and whose absolute timeout has not passed. */
function decodeLive(id: string, record: unknown, left: unknown): Session | null {
  const session = decodeStored(id, record, left);
  return isLive(session, left) ? session : null;
}

/** @param now Time before the read (epoch milliseconds). */
function snapshotOf(
  id: string,
  record: unknown,
  left: unknown,
  now: number,
): SessionSnapshot | null {
  const session = decodeLive(id, record, left);
  if (session === null) return null;
  const idleExpiresAt = now + Number(left);
  return {
    session,
    expiresAt: Math.min(idleExpiresAt, session.absoluteExpiresAt),
    lastSeenAt: idleExpiresAt - session.idleTimeout,
  };
}

/**
 * Whether Redis no longer has a session. Only Redis' clock decides: a fast clock in one process must not end a
 * session for all processes.
 */
function hasEnded(record: unknown, left: unknown): boolean {
  return record === null || left === -2;
}

/** @param left Remaining idle timeout; negative when the clock has run out. */
function isLive(session: Session | null, left: unknown): boolean {
  return typeof left === 'number' && left >= 0 && Date.now() < (session?.absoluteExpiresAt ?? 0);
}
