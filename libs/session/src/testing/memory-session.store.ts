import type { SessionListing, SessionSnapshot } from '../store/issuer-session.store.js';
import { comparePositions, positionOf, type SessionPosition } from '../store/session-position.js';
import type { StoredSession } from '../store/stored-session.js';
import {
  type Change,
  type Reading,
  TransactionalSessionStore,
} from '../store/transactional-session.store.js';

/**
 * Keeps sessions in the memory of this process, for tests and trials. Nothing is shared between processes,
 * and a restart signs out all users.
 *
 * Leaves `peek()` out: a tested request takes the asynchronous path that it takes with a database.
 *
 * @example
 * SessionModule.forRoot({ store: new MemorySessionStore() });
 */
export class MemorySessionStore extends TransactionalSessionStore {
  readonly #stored = new Map<string, StoredSession>();

  idsOf(userId: string, until = Infinity): Promise<string[]> {
    this.#dropExpired();
    const own = [...this.#stored.values()].filter(
      (stored) => stored.userId === userId && stored.endsAt <= until,
    );
    own.sort((a, b) => a.endsAt - b.endsAt || (a.id < b.id ? -1 : 1));
    return Promise.resolve(own.map(({ id }) => id));
  }

  override async count(): Promise<number> {
    return (await this.#live()).length;
  }

  override async listAfter(after: SessionPosition | null, limit: number): Promise<SessionListing> {
    const left = (await this.#live()).filter(
      ({ session }) => after === null || comparePositions(after, session) < 0,
    );
    const sessions = left.slice(0, limit);
    const last = sessions.at(-1)?.session;
    const next = last && sessions.length < left.length ? positionOf(last) : null;
    return { sessions, examined: sessions.length, next };
  }

  /** Returns the live sessions of all users, in the order of the list. */
  async #live(): Promise<SessionSnapshot[]> {
    const inspected = await Promise.all([...this.#stored.keys()].map((id) => this.inspect(id)));
    return inspected
      .flatMap((it) => (it?.session.supersededBy === null ? [it] : []))
      .sort((a, b) => comparePositions(a.session, b.session));
  }

  /**
   * Lets a timeout of a session run out now, for tests. Has no effect on a session that is gone.
   *
   * @example
   * memory.expire(session.id, 'idle');
   */
  expire(id: string, timeout: 'idle' | 'absolute'): void {
    const stored = this.#stored.get(id);
    if (!stored) return;
    const field = timeout === 'idle' ? 'idleEndsAt' : 'endsAt';
    this.#stored.set(id, { ...stored, [field]: Math.min(stored[field], Date.now()) });
  }

  protected read(id: string): Promise<Reading | null> {
    const stored = this.#stored.get(id);
    return Promise.resolve(stored ? { stored, now: Date.now() } : null);
  }

  /** Runs in one turn of the event loop, which is the lock. */
  protected change<T>(ids: readonly string[], change: Change<T>): Promise<T> {
    // An error thrown by `change` rejects the promise.
    return new Promise((resolve) => {
      const locked = ids.flatMap((id) => this.#stored.get(id) ?? []);
      const { kept, result } = change(locked, Date.now());
      if (kept) {
        for (const id of ids) this.#stored.delete(id);
        for (const stored of kept) this.#stored.set(stored.id, stored);
      }
      resolve(result);
    });
  }

  #dropExpired(): void {
    const now = Date.now();
    for (const { id, endsAt, idleEndsAt } of this.#stored.values()) {
      if (now >= Math.min(endsAt, idleEndsAt)) this.#stored.delete(id);
    }
  }
}
