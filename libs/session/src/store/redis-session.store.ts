import { Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { hasRoomFor } from '../common/attribute-rules.js';
import { ThrottledLogger } from '../common/throttled-logger.js';
import type { Session } from '../session/session.js';
import { decodeSession } from '../session/session-record.js';
import type { AddOutcome, WriteOnceAttribute } from './add-outcome.js';
import { type IdleClock, IdleClocks } from './idle-clocks.js';
import { pingRedis } from './ping-redis.js';
import { recordReplies, recordReply, replies, reply, WRONG_TYPE } from './redis-reply.js';
import { idleKey, sessionDataKey, sessionKey } from './redis-session.keys.js';
import { renewalInterval } from './renewal-interval.js';
import { SessionCounters } from './session-counters.js';
import { SessionStore } from './session.store.js';
import { WriteBatch } from './write-batch.js';

/** Interval in which rejected writes are logged once, in milliseconds. */
const REFUSAL_INTERVAL = 60_000;

/**
 * Reads sessions from Redis, on standalone, Sentinel or Cluster.
 *
 * A request costs one round trip: `GET` of the record, and `PTTL` of the idle clock. The `PTTL` is left out
 * while this process knows that the clock was renewed a moment ago. The renewal (`PEXPIRE`) is asynchronous
 * and follows the authorization, so a rejected request changes nothing.
 *
 * Needs the Redis commands `GET` on `session:*`, `PTTL` and `PEXPIRE` on `idle:*`, and `PING`. Write-once
 * attributes also need `HGETALL` on `session-data:*`, `HSETNX` and `PEXPIRE` on the `session-data:*` keys
 * of this service, `MULTI` and `EXEC`.
 */
export class RedisSessionStore extends SessionStore {
  readonly #logger = new Logger(RedisSessionStore.name);
  readonly #refusals = new ThrottledLogger(RedisSessionStore.name, REFUSAL_INTERVAL);
  readonly #clocks = new IdleClocks();
  readonly #batch: WriteBatch;
  readonly #renewing = new Set<string>();

  /** @param touchInterval Maximum time between two renewals of one session, in milliseconds. */
  constructor(
    private readonly client: Redis | Cluster,
    private readonly touchInterval: number,
    private readonly counters: SessionCounters = new SessionCounters(),
  ) {
    super();
    this.#batch = new WriteBatch(client);
  }

  async find(id: string): Promise<Session | null> {
    const session = this.#clocks.isFresh(id)
      ? await this.#findRecord(id)
      : await this.#findBoth(id);
    if (session === null) this.#clocks.forget(id);
    return session;
  }

  /** @param usedAt Time of the use, in monotonic milliseconds. @default now */
  async touch(session: Session, usedAt = this.#clocks.now()): Promise<void> {
    const { id, supersededBy } = session;
    // Use does not extend a superseded session.
    if (supersededBy !== null) return;
    if (this.#clocks.isFresh(id) || this.#renewing.has(id)) return;
    this.#renewing.add(id);
    try {
      const expiresAt = usedAt + session.idleTimeout;
      const left = Math.ceil(expiresAt - this.#clocks.now());
      this.#batch.join();
      // PEXPIRE acts on existing keys only: a renewal never brings a session back. GT: a renewal never
      // shortens the time that another service granted. https://redis.io/docs/latest/commands/pexpire/
      const renewed = await reply(this.client.pexpire(idleKey(id), left, 'GT'));
      if (renewed === 1) this.#remember(session, expiresAt);
      // The clock has run out, or another process has renewed it for longer: the next lookup reads it.
      else this.#clocks.forget(id);
    } finally {
      this.#renewing.delete(id);
    }
  }

  /** Returns the session's idle clock as of its last read or renewal by this process. */
  idleClockOf(id: string): IdleClock | undefined {
    return this.#clocks.get(id);
  }

  async add(session: Session, { service, name, value }: WriteOnceAttribute): Promise<AddOutcome> {
    const { id } = session;
    const untilAbsolute = session.absoluteExpiresAt - Date.now();
    if (untilAbsolute <= 0 || session.supersededBy !== null) return 'gone';
    const key = sessionDataKey(id, service);
    // The check comes before the write, as an attribute cannot be removed. Concurrent calls may each find
    // room for one more.
    const own = await this.attributes(id, service);
    if (!own.has(name) && !hasRoomFor(value, own)) return 'full';
    const [record, left, isNew, isFirst] = await replies(
      this.client
        .multi()
        .get(sessionKey(id))
        .pttl(idleKey(id))
        .hsetnx(key, name, value)
        // Part of the transaction that creates the key, so that the key always has an expiry. NX: the
        // first expiry counts.
        .pexpire(key, untilAbsolute, 'NX')
        .exec(),
    );
    const current = typeof record === 'string' ? decodeSession(id, record) : null;
    if (current === null || Number(left) < 0) {
      // An ended session does not come back, so its attributes are of no use.
      await reply(this.client.pexpire(key, 0));
      return 'gone';
    }
    if (current.supersededBy !== null) {
      // The session continues under another id, which has the earlier attributes. They stay here until
      // this id ends. Only a key that this transaction created would stay longer.
      if (isFirst === 1) await reply(this.client.pexpire(key, 0));
      return 'gone';
    }
    return isNew === 1 ? 'added' : 'taken';
  }

  async attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    const found = await recordReply(this.client.hgetall(sessionDataKey(id, service)));
    if (found !== WRONG_TYPE) return new Map(Object.entries(found));
    this.counters.malformedRecords += 1;
    this.#logger.warn(`${sessionDataKey(id, service)} is not a hash: nothing was added`);
    return new Map();
  }

  override async ping(): Promise<void> {
    const refusal = await reply(pingRedis(this.client));
    if (refusal) this.#refusals.report(refusal);
  }

  /** Reads the record only: its idle clock is known to run. */
  async #findRecord(id: string): Promise<Session | null> {
    this.#batch.join();
    const record = await recordReply(this.client.get(sessionKey(id)));
    return record === null ? null : this.#decode(id, record);
  }

  /** Reads the record and its idle clock, in one round trip. */
  async #findBoth(id: string): Promise<Session | null> {
    const sentAt = this.#clocks.now();
    this.#batch.join();
    const pipeline = this.client.pipeline().get(sessionKey(id)).pttl(idleKey(id));
    const [record, left] = await recordReplies(pipeline.exec());
    if (record === null) return null;
    // -2: the clock has run out. -1: it has no expiry, which this library never writes.
    if (typeof left !== 'number' || left < 0) return left === -1 ? this.#malformed(id) : null;
    const session = this.#decode(id, record);
    if (session) this.#remember(session, sentAt + left);
    return session;
  }

  #decode(id: string, record: unknown): Session | null {
    const session = typeof record === 'string' ? decodeSession(id, record) : null;
    if (session === null) return this.#malformed(id);
    // Redis deletes the record at this time too, but its clock and the clock of this process may differ.
    return Date.now() < session.absoluteExpiresAt ? session : null;
  }

  #malformed(id: string): null {
    this.counters.malformedRecords += 1;
    this.#logger.warn(`${sessionKey(id)} is not a session record of a known version: no session`);
    return null;
  }

  #remember({ id, idleTimeout }: Session, expiresAt: number): void {
    const interval = renewalInterval(this.touchInterval, idleTimeout);
    this.#clocks.remember(id, { dueAt: expiresAt - idleTimeout + interval, expiresAt });
  }
}
