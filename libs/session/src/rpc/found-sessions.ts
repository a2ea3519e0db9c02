import type { Session } from '../session/session.js';

interface Entry {
  readonly session: Session;
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
}

/** Sessions that were found a moment ago. */
export class FoundSessions {
  /** By id; in order of writing. */
  readonly #entries = new Map<string, Entry>();

  /** @param now Monotonic milliseconds. */
  constructor(
    private readonly maxEntries: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get(id: string): Session | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    // The absolute timeout is a time of the wall clock, which may be set forward meanwhile.
    if (this.now() < entry.expiresAt && Date.now() < entry.session.absoluteExpiresAt) {
      return entry.session;
    }
    this.#entries.delete(id);
    return undefined;
  }

  /** @param expiresAt From when it is not to be served any more; monotonic milliseconds. */
  set(session: Session, expiresAt: number): void {
    this.#entries.delete(session.id);
    this.#entries.set(session.id, { session, expiresAt });
    if (this.#entries.size <= this.maxEntries) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }
}
