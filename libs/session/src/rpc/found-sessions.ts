import { BoundedMap } from '../common/bounded-map.js';
import type { Session } from '../session/session.js';

interface Entry {
  readonly session: Session;
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
}

/** Cache of recently found sessions. */
export class FoundSessions {
  /** Entries by session id. */
  readonly #entries: BoundedMap<string, Entry>;

  /** @param now Returns monotonic milliseconds. */
  constructor(
    maxEntries: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#entries = new BoundedMap(maxEntries);
  }

  get(id: string): Session | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    // The absolute timeout is a wall-clock time, and the wall clock may be set forward meanwhile.
    if (this.now() < entry.expiresAt && Date.now() < entry.session.absoluteExpiresAt) {
      return entry.session;
    }
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
