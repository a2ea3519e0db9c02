import { hasRoomFor } from '../common/attribute-rules.js';
import { decodeSession, encodeSession } from '../session/session-record.js';
import type { Session } from '../session/session.js';
import { superseded } from '../session/superseded.js';
import { IssuerSessionStore, type SessionSnapshot } from '../issuer/issuer-session.store.js';
import type { AddOutcome, SessionStore, WriteOnceAttribute } from '../store/session.store.js';

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
 */
export class MemorySessionStore extends IssuerSessionStore implements SessionStore {
  readonly #entries = new Map<string, Entry>();

  find(id: string): Promise<Session | null> {
    const entry = this.#live(id);
    return Promise.resolve(entry ? decodeSession(id, entry.record) : null);
  }

  touch(session: Session): Promise<void> {
    const entry = this.#live(session.id);
    // Use does not extend a superseded session.
    if (entry && session.supersededBy === null)
      entry.idleExpiresAt = Date.now() + session.idleTimeout;
    return Promise.resolve();
  }

  add({ id }: Session, { service, name, value }: WriteOnceAttribute): Promise<AddOutcome> {
    const entry = this.#live(id);
    const session = entry && decodeSession(id, entry.record);
    if (!entry || session?.supersededBy !== null) return Promise.resolve('gone');
    const own = entry.attributes.get(service) ?? new Map<string, string>();
    if (own.has(name)) return Promise.resolve('taken');
    if (!hasRoomFor(value, own)) return Promise.resolve('full');
    entry.attributes.set(service, own.set(name, value));
    return Promise.resolve('added');
  }

  attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map(this.#live(id)?.attributes.get(service)));
  }

  forget(): void {
    // This store keeps no copies.
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

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
    const session = entry ? decodeSession(id, entry.record) : null;
    if (!entry || !session) return Promise.resolve(null);
    return Promise.resolve({
      session,
      expiresAt: Math.min(entry.idleExpiresAt, session.absoluteExpiresAt),
      lastSeenAt: entry.idleExpiresAt - session.idleTimeout,
    });
  }

  update(id: string, change: (session: Session) => Session): Promise<Session | null> {
    // An error thrown by `change` rejects the promise.
    return new Promise((resolve) => {
      const entry = this.#live(id);
      const session = entry ? decodeSession(id, entry.record) : null;
      const changed = session && change(session);
      if (entry && changed) entry.record = encodeSession(changed);
      resolve(changed);
    });
  }

  remove(id: string): Promise<Session | null> {
    const entry = this.#live(id);
    this.#entries.delete(id);
    return Promise.resolve(entry ? decodeSession(id, entry.record) : null);
  }

  replace({ id }: Session, by: Session): Promise<Session | null> {
    const attributes = this.#live(id)?.attributes ?? new Map<string, Map<string, string>>();
    const successor = this.#live(by.id);
    for (const [service, own] of attributes) successor?.attributes.set(service, own);
    return this.remove(id);
  }

  supersede(session: Session, by: Session, grace: number): Promise<boolean> {
    const entry = this.#live(session.id);
    const isAsRead = entry?.record === encodeSession(session);
    if (!entry || !isAsRead || session.supersededBy !== null) return Promise.resolve(false);
    const last = superseded(session, by, grace);
    entry.record = encodeSession(last);
    entry.absoluteExpiresAt = last.absoluteExpiresAt;
    const successor = this.#live(by.id);
    for (const [service, own] of entry.attributes) {
      successor?.attributes.set(service, new Map(own));
    }
    return Promise.resolve(true);
  }

  review(id: string): Promise<number | null> {
    const entry = this.#live(id);
    if (!entry) this.#entries.delete(id);
    return Promise.resolve(entry && Math.min(entry.idleExpiresAt, entry.absoluteExpiresAt));
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
