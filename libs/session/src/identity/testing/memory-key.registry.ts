import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error';
import { CLOCK_TOLERANCE, IdentityKeyRegistry, type Publication } from '../identity-key.registry';
import type { PublishedKey } from '../published-key';

/** Public keys in memory, which can be lost, and be away or read-only as Redis can. */
export class MemoryKeyRegistry extends IdentityKeyRegistry {
  /** How often a key was looked for. */
  lookUps = 0;
  isAway = false;
  isReadOnly = false;
  readonly #published = new Map<string, Publication>();

  constructor() {
    super(undefined as never);
  }

  /** Loses every key. */
  clear(): void {
    this.#published.clear();
  }

  override async publish(publications: readonly Publication[]): Promise<void> {
    await this.#answer();
    if (this.isReadOnly) throw new SessionStoreUnavailableError();
    for (const it of publications) this.#published.set(it.key.kid, it);
  }

  override async publishedUntil({ kid }: PublishedKey): Promise<number | null> {
    this.lookUps += 1;
    await this.#answer();
    return this.#published.get(kid)?.until ?? null;
  }

  override async list(): Promise<PublishedKey[]> {
    await this.#answer();
    const since = Date.now() - CLOCK_TOLERANCE;
    return [...this.#published.values()]
      .filter(({ until }) => until >= since)
      .map(({ key }) => key);
  }

  #answer(): Promise<void> {
    return this.isAway ? Promise.reject(new SessionStoreUnavailableError()) : Promise.resolve();
  }
}
