import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import { CLOCK_TOLERANCE, IdentityKeyRegistry } from '../identity-key.registry.js';
import type { PublishedKey } from '../published-key.js';

/** In-memory registry that can lose its keys, be unavailable or be read-only, as Redis can. */
export class MemoryKeyRegistry extends IdentityKeyRegistry {
  /** Number of key look-ups. */
  lookUps = 0;
  isAway = false;
  isReadOnly = false;
  readonly #published = new Map<string, { key: PublishedKey; until: number }>();

  constructor() {
    super(undefined as never);
  }

  /** Loses every key. */
  clear(): void {
    this.#published.clear();
  }

  override async publish(keys: readonly PublishedKey[], time: number): Promise<void> {
    await this.#answer();
    if (this.isReadOnly) throw new SessionStoreUnavailableError();
    const until = performance.now() + time;
    for (const key of keys) this.#published.set(key.kid, { key, until });
  }

  override async publishedFor({ kid }: PublishedKey): Promise<number | null> {
    this.lookUps += 1;
    await this.#answer();
    const found = this.#published.get(kid);
    return found ? found.until - performance.now() : null;
  }

  override async list(): Promise<PublishedKey[]> {
    await this.#answer();
    const since = performance.now() - CLOCK_TOLERANCE;
    return [...this.#published.values()]
      .filter(({ until }) => until >= since)
      .map(({ key }) => key);
  }

  #answer(): Promise<void> {
    return this.isAway ? Promise.reject(new SessionStoreUnavailableError()) : Promise.resolve();
  }
}
