import { BoundedMap } from '../common/bounded-map.js';
import type { Session } from '../session/session.js';

interface Entry {
  readonly session: Session;
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
}

/** Bounded cache of sessions, each with its own time to live. */
export class SessionTtlCache {
  /** Entries by session id. */
  readonly #entries: BoundedMap<string, Entry>;

  constructor(maxEntries: number) {
    this.#entries = new BoundedMap(maxEntries);
  }

  get(id: string): Session | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { session, expiresAt } = entry;
    // The absolute timeout is a wall-clock time, and the wall clock may be set forward meanwhile.
    if (performance.now() < expiresAt && Date.now() < session.absoluteExpiresAt) return session;
    this.#entries.delete(id);
    return undefined;
  }

  /** @param expiresAt Time from which the session is no longer served; monotonic milliseconds. */
  set(session: Session, expiresAt: number): void {
    this.#entries.set(session.id, { session, expiresAt });
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }
}
