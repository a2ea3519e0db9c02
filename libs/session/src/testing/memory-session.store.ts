import { decodeSession, encodeSession } from '../session/session-record.js';
import type { Session } from '../session/session.js';
import { type AddOutcome, addOutcome, type WriteOnceAttribute } from '../store/add-outcome.js';
import {
  IssuerSessionStore,
  type SessionSnapshot,
  type Succession,
} from '../store/issuer-session.store.js';

interface Entry {
  record: string;
  userId: string;
  absoluteExpiresAt: number;
  idleExpiresAt: number;
  /** By service, then by name. */
  readonly attributes: Map<string, Map<string, string>>;
}

/**
 * Keeps sessions in the memory of this process, for tests and trials. Nothing is shared between processes,
 * and a restart signs out all users.
 *
 * Leaves `peek()` out: a tested request takes the asynchronous path that it takes with a database.
 */
export class MemorySessionStore extends IssuerSessionStore {
  readonly #entries = new Map<string, Entry>();

  insert(session: Session): Promise<void> {
    this.#dropExpired();
    this.#entries.set(session.id, {
      record: encodeSession(session),
      userId: session.user.id,
      absoluteExpiresAt: session.absoluteExpiresAt,
      idleExpiresAt: Date.now() + session.idleTimeout,
      attributes: new Map(),
    });
    return Promise.resolve();
  }

  inspect(id: string): Promise<SessionSnapshot | null> {
    const entry = this.#live(id);
    const session = this.#sessionOf(id);
    if (!entry || !session) return Promise.resolve(null);
    return Promise.resolve({
      session,
      expiresAt: Math.min(entry.idleExpiresAt, entry.absoluteExpiresAt),
      lastSeenAt: entry.idleExpiresAt - session.idleTimeout,
    });
  }

  touch(session: Session): Promise<void> {
    const entry = this.#live(session.id);
    // Use does not extend a superseded session.
    if (entry && this.#sessionOf(session.id)?.supersededBy === null) {
      entry.idleExpiresAt = Date.now() + session.idleTimeout;
    }
    return Promise.resolve();
  }

  add({ id }: Session, attribute: WriteOnceAttribute): Promise<AddOutcome> {
    const { service, name, value } = attribute;
    const entry = this.#live(id);
    const own = entry?.attributes.get(service) ?? new Map<string, string>();
    const outcome = addOutcome(this.#sessionOf(id), own, attribute);
    if (outcome === 'added') entry?.attributes.set(service, own.set(name, value));
    return Promise.resolve(outcome);
  }

  attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map(this.#live(id)?.attributes.get(service)));
  }

  update(
    id: string,
    change: (session: Session) => Session | null,
    succession?: Succession,
  ): Promise<Session | null> {
    // An error thrown by `change` rejects the promise.
    return new Promise((resolve) => {
      const entry = this.#live(id);
      const session = this.#sessionOf(id);
      const changed = session && change(session);
      if (entry && changed) {
        entry.record = encodeSession(changed);
        if (succession) this.#passOn(entry, succession);
      }
      resolve(changed);
    });
  }

  remove(id: string, _userId?: string | null, heir?: Session): Promise<Session | null> {
    const entry = this.#live(id);
    const session = this.#sessionOf(id);
    if (entry && heir) this.#copyAttributes(entry, heir);
    this.#entries.delete(id);
    return Promise.resolve(session);
  }

  idsOf(userId: string, until = Infinity): Promise<string[]> {
    this.#dropExpired();
    const own = [...this.#entries].filter(
      ([, entry]) => entry.userId === userId && entry.absoluteExpiresAt <= until,
    );
    own.sort(
      ([id, a], [otherId, b]) =>
        a.absoluteExpiresAt - b.absoluteExpiresAt || (id < otherId ? -1 : 1),
    );
    return Promise.resolve(own.map(([id]) => id));
  }

  /** Lets a timeout of a session run out now, for tests. Has no effect on a session that is gone. */
  expire(id: string, timeout: 'idle' | 'absolute'): void {
    const entry = this.#live(id);
    if (entry) entry[`${timeout}ExpiresAt`] = Date.now();
  }

  #sessionOf(id: string): Session | null {
    const entry = this.#live(id);
    return entry && decodeSession(id, entry.record);
  }

  #passOn(entry: Entry, { by, grace }: Succession): void {
    const end = Date.now() + grace;
    entry.absoluteExpiresAt = Math.min(entry.absoluteExpiresAt, end);
    entry.idleExpiresAt = Math.min(entry.idleExpiresAt, end);
    this.#copyAttributes(entry, by);
  }

  #copyAttributes({ attributes }: Entry, to: Session): void {
    const heir = this.#live(to.id);
    for (const [service, own] of attributes) heir?.attributes.set(service, new Map(own));
  }

  #live(id: string): Entry | null {
    const entry = this.#entries.get(id);
    return entry && !isExpired(entry) ? entry : null;
  }

  #dropExpired(): void {
    for (const [id, entry] of this.#entries) if (isExpired(entry)) this.#entries.delete(id);
  }
}

function isExpired(entry: Entry): boolean {
  const now = Date.now();
  return now >= entry.absoluteExpiresAt || now >= entry.idleExpiresAt;
}
