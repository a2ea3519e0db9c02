import { performance } from 'node:perf_hooks';
import { encodeSession } from '../session/session-record.js';
import type { Session } from '../session/session.js';
import { type AddOutcome, addOutcome, type WriteOnceAttribute } from './add-outcome.js';
import {
  IssuerSessionStore,
  type SessionSnapshot,
  type Succession,
} from './issuer-session.store.js';
import { renewalInterval } from './renewal-interval.js';
import {
  attributesIn,
  sessionIn,
  type StoredSession,
  withAttribute,
  withAttributesOf,
} from './stored-session.js';

/** Stored session, and the time on the database's clock at which it was read, in epoch milliseconds. */
export interface Reading {
  /** Session as stored, expired or not. */
  readonly stored: StoredSession;
  /** Time of the read. */
  readonly now: number;
}

/** Outcome of a change of stored sessions. */
export interface Changed<T> {
  /** Sessions to write; locked sessions that are missing here are deleted. `null` writes nothing. */
  readonly kept: readonly StoredSession[] | null;
  /** Result of the whole operation. */
  readonly result: T;
}

/**
 * Decides on a change of stored sessions. Synchronous, so that no lock is held while other work is done.
 *
 * @param stored Locked sessions, in any order. A session that does not exist is missing.
 * @param now Time on the database's clock, in epoch milliseconds.
 */
export type Change<T> = (stored: readonly StoredSession[], now: number) => Changed<T>;

/**
 * Session store on a database with transactions. A subclass says how a stored session is read, changed under a
 * lock and listed; everything else is the same for every database.
 *
 * Expired sessions stay in the database until the subclass deletes them.
 */
export abstract class TransactionalSessionStore extends IssuerSessionStore {
  /** Time from which a found session is due for renewal, in monotonic milliseconds. */
  readonly #dueAt = new WeakMap<Session, number>();

  /** Returns the stored session, expired or not, or `null`. */
  protected abstract read(id: string): Promise<Reading | null>;

  /**
   * Applies a change in one transaction that locks these sessions, in the order of their ids. An error that
   * the change throws is rethrown, and nothing is written.
   */
  protected abstract change<T>(ids: readonly string[], change: Change<T>): Promise<T>;

  override async find(id: string): Promise<Session | null> {
    const reading = await this.read(id);
    const session = reading && sessionIn(reading.stored, reading.now);
    if (session) {
      const { idleTimeout } = session;
      const renewedAgo = idleTimeout - (reading.stored.idleEndsAt - reading.now);
      const dueIn = renewalInterval(Infinity, idleTimeout) - renewedAgo;
      this.#dueAt.set(session, performance.now() + dueIn);
    }
    return session;
  }

  touch(session: Session): Promise<void> | undefined {
    if (session.supersededBy !== null) return undefined;
    if (performance.now() < (this.#dueAt.get(session) ?? 0)) return undefined;
    return this.#changeOne(session.id, (stored, now) => {
      const current = sessionIn(stored, now);
      // This process may not know yet that the session was superseded.
      if (!stored || current?.supersededBy !== null) return { kept: null, result: undefined };
      const idleEndsAt = now + current.idleTimeout;
      return { kept: [{ ...stored, idleEndsAt }], result: undefined };
    });
  }

  add({ id }: Session, attribute: WriteOnceAttribute): Promise<AddOutcome> {
    return this.#changeOne(id, (stored, now) => {
      const own = stored ? attributesIn(stored, attribute.service) : new Map<string, string>();
      const result = addOutcome(sessionIn(stored, now), own, attribute);
      const isAdded = stored && result === 'added';
      return { kept: isAdded ? [withAttribute(stored, attribute)] : null, result };
    });
  }

  async attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    const reading = await this.read(id);
    const isLive = reading && sessionIn(reading.stored, reading.now);
    return isLive ? attributesIn(reading.stored, service) : new Map();
  }

  async insert(session: Session): Promise<void> {
    const { id, user, absoluteExpiresAt: endsAt, idleTimeout } = session;
    const record = encodeSession(session);
    await this.#changeOne(id, (_, now) => {
      const idleEndsAt = now + idleTimeout;
      const stored = { id, userId: user.id, endsAt, idleEndsAt, record, attributes: '{}' };
      return { kept: [stored], result: undefined };
    });
  }

  async inspect(id: string): Promise<SessionSnapshot | null> {
    const reading = await this.read(id);
    const session = reading && sessionIn(reading.stored, reading.now);
    if (!session) return null;
    const { endsAt, idleEndsAt } = reading.stored;
    const expiresAt = Math.min(endsAt, idleEndsAt);
    return { session, expiresAt, lastSeenAt: idleEndsAt - session.idleTimeout };
  }

  update(
    id: string,
    change: (session: Session) => Session | null,
    succession?: Succession,
  ): Promise<Session | null> {
    return this.#changeWithHeir(id, succession?.by, (stored, heirs, now) => {
      const session = sessionIn(stored, now);
      const changed = session && change(session);
      if (!stored || !changed) return { kept: null, result: null };
      const limit = succession ? now + succession.grace : Infinity;
      const last = {
        ...stored,
        record: encodeSession(changed),
        endsAt: Math.min(stored.endsAt, limit),
        idleEndsAt: Math.min(stored.idleEndsAt, limit),
      };
      return { kept: [last, ...heirs], result: changed };
    });
  }

  remove(id: string, _userId?: string | null, heir?: Session): Promise<Session | null> {
    return this.#changeWithHeir(id, heir, (stored, heirs, now) => ({
      kept: heirs,
      result: sessionIn(stored, now),
    }));
  }

  #changeOne<T>(
    id: string,
    change: (stored: StoredSession | null, now: number) => Changed<T>,
  ): Promise<T> {
    return this.change([id], ([stored = null], now) => change(stored, now));
  }

  /**
   * Changes a session, whose attributes an heir receives.
   *
   * @param change Receives the heir to write; no heir when the heir has ended.
   */
  #changeWithHeir<T>(
    id: string,
    heir: Session | undefined,
    change: (
      stored: StoredSession | null,
      heirs: readonly StoredSession[],
      now: number,
    ) => Changed<T>,
  ): Promise<T> {
    const ids = heir ? [id, heir.id] : [id];
    return this.change(ids, (all, now) => {
      const stored = all.find((it) => it.id === id) ?? null;
      const heirs = all.filter((it) => it.id !== id);
      const isLive = sessionIn(stored, now) !== null;
      const written = heirs.map((it) => (stored && isLive ? withAttributesOf(it, stored) : it));
      return change(stored, written, now);
    });
  }
}
