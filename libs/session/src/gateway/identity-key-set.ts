import { setTimeout as delay } from 'node:timers/promises';
import { importJWK, type CryptoKey } from 'jose';
import { SingleFlight } from '../common/single-flight.js';
import { BACKGROUND_INTERVAL, ThrottledLogger } from '../common/throttled-logger.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { FetchAllowance } from './fetch-allowance.js';
import { fetchKeySet } from './fetch-key-set.js';
import type { GatewayLimits } from './gateway.options.js';
import { ALGORITHM, type PublishedKey } from './published-key.js';

/** Maximum number of fetches at startup, before the app accepts requests without keys. */
const LOAD_ATTEMPTS = 3;

/**
 * Maximum number of fetches for one unknown key. The first fetch can reach an instance that stops at that moment,
 * or can be one that began before the key was published.
 */
const FIND_FETCHES = 2;

/** Fetched set of keys. */
interface KeySet {
  readonly keys: ReadonlyMap<string, PublishedKey>;
  /** Start of the fetch, in monotonic milliseconds. The set contains all keys that were published before. */
  readonly askedAt: number;
}

/**
 * Public keys of the issuing app, as this process knows them.
 *
 * The keys are fetched at first use, when they are older than `cacheFor`, and when a key is not among them.
 * {@link FetchAllowance} limits the fetches, and concurrent callers share one fetch. While fetches fail, the
 * known keys are used for `keepFor`.
 */
export class IdentityKeySet {
  readonly #failures = new ThrottledLogger('IdentityKeySet', BACKGROUND_INTERVAL);
  readonly #imported = new WeakMap<PublishedKey, Promise<CryptoKey>>();
  #set: KeySet | null = null;
  readonly #fetches = new SingleFlight(() => this.#fetch());
  readonly #allowance: FetchAllowance;
  /** Error of the last fetch; `null` after a success. */
  #failure: unknown = null;

  constructor(
    private readonly limits: Pick<
      GatewayLimits,
      'keys' | 'cacheFor' | 'keepFor' | 'fetchInterval' | 'fetchTimeout'
    >,
  ) {
    this.#allowance = new FetchAllowance(limits.fetchInterval);
  }

  /**
   * Returns the key with this `kid`; `null` when there is no such key.
   *
   * @param signedAt Latest time of the signature by this process's clock, in epoch milliseconds. The key was
   *   published before.
   * @throws SessionStoreUnavailableError when it is currently unknown whether the key exists.
   */
  async find(kid: string, signedAt: number): Promise<CryptoKey | null> {
    const wanted = performance.now();
    if (this.#usable() !== null) await this.#refreshOld();
    const known = this.#usable()?.keys.get(kid);
    if (known) return this.#import(known);
    // A set that was fetched after the signature, or after this call, contains every existing key.
    const since = Math.min(wanted, performance.now() - (Date.now() - signedAt));
    for (let fetches = 0; fetches < FIND_FETCHES && !this.#has(since); fetches += 1) {
      await this.#endOfPause();
      // Another request may have fetched the keys meanwhile.
      if (!this.#has(since)) await this.#fetches.run();
      if (this.#usable()?.keys.has(kid) || this.#failedSlowly()) break;
    }
    const found = this.#usable()?.keys.get(kid);
    if (found) return this.#import(found);
    if (this.#has(since)) return null;
    throw this.#unavailable();
  }

  /** Fetches the keys, up to three times. Logs a failure, but does not throw. */
  async load(): Promise<void> {
    await this.#refreshOld();
    for (let attempt = 2; attempt <= LOAD_ATTEMPTS && this.#usable() === null; attempt += 1) {
      await this.#endOfPause();
      await this.#refreshOld();
    }
  }

  /** Resolves when keys for verification are available. */
  async ping(): Promise<void> {
    await this.#refreshOld();
    if (this.#usable() === null) throw this.#unavailable();
  }

  async #refreshOld(): Promise<void> {
    if (this.#set && performance.now() - this.#set.askedAt < this.limits.cacheFor) return;
    const fetched = this.#fetches.run();
    // While the known keys are usable, callers wait for an unresponsive issuing app only once.
    if (this.#usable() === null || this.#failure === null) await fetched;
  }

  /**
   * Waits for the end of the current pause, not of a later one, which another request may begin meanwhile. A
   * timer counts whole milliseconds of the event loop, and may fire a fraction early.
   */
  async #endOfPause(): Promise<void> {
    const end = performance.now() + this.#allowance.pauseLeft;
    for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
      await delay(left);
    }
  }

  #usable(): KeySet | null {
    return this.#set && performance.now() - this.#set.askedAt < this.limits.keepFor
      ? this.#set
      : null;
  }

  #has(publishedBefore: number): boolean {
    const set = this.#usable();
    return set !== null && set.askedAt >= publishedBefore;
  }

  /** Whether the last fetch failed slowly: a second one would let the request wait twice. */
  #failedSlowly(): boolean {
    return this.#failure !== null && this.#allowance.pauseLeft === 0;
  }

  /**
   * Fetches the keys, unless recent fetches have used up the allowance. Logs a failure, but does not throw.
   */
  async #fetch(): Promise<void> {
    if (!this.#allowance.take()) return;
    const askedAt = performance.now();
    try {
      const keys = await fetchKeySet(this.limits.keys, this.limits.fetchTimeout);
      this.#set = { keys, askedAt };
      this.#failure = null;
    } catch (error) {
      this.#failure = error;
      this.#allowance.giveBack();
      this.#failures.report(this.#unavailable());
    }
  }

  #unavailable(): SessionStoreUnavailableError {
    const { href } = this.limits.keys;
    return new SessionStoreUnavailableError({
      cause: new Error(
        this.#failure === null
          ? `an identity was signed with a key that ${href} did not list at the last fetch`
          : `${href} did not return the public keys`,
        { cause: this.#failure ?? undefined },
      ),
    });
  }

  #import(key: PublishedKey): Promise<CryptoKey> {
    let imported = this.#imported.get(key);
    if (imported === undefined) {
      imported = importJWK({ ...key }, ALGORITHM);
      this.#imported.set(key, imported);
    }
    return imported;
  }
}
