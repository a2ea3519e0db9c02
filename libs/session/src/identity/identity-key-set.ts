import { setTimeout as delay } from 'node:timers/promises';
import { importJWK, type CryptoKey } from 'jose';
import { FailureLog } from '../errors/failure-log.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { FetchAllowance } from './fetch-allowance.js';
import { fetchKeySet } from './fetch-key-set.js';
import type { GatewayLimits } from './gateway.options.js';
import { ALGORITHM, type PublishedKey } from './published-key.js';

/** Nobody waits for some of the fetches, so of a failure that lasts it is told once in this time (ms). */
const FAILURE_INTERVAL = 60_000;

/** How often the keys are asked for at the start before requests are taken without them. */
const LOAD_ATTEMPTS = 3;

/**
 * Maximum number of fetches for one unknown key. The first fetch can reach an instance that stops at that moment,
 * or can be one that began before the key was published.
 */
const FIND_FETCHES = 2;

/** What was fetched. */
interface KeySet {
  readonly keys: ReadonlyMap<string, PublishedKey>;
  /** When it was asked for: it has all that was published before. Monotonic milliseconds. */
  readonly askedAt: number;
}

/**
 * The public keys of the issuing app, as this process knows them.
 *
 * They are asked for when they are needed first, when they are older than `cacheFor`, and when one is
 * looked for that is not among them; as often as {@link FetchAllowance} lets them, and by all who wait
 * together. While they cannot be asked for, the ones that are known go on for `keepFor`.
 */
export class IdentityKeySet {
  readonly #failures = new FailureLog('IdentityKeySet', FAILURE_INTERVAL);
  readonly #imported = new WeakMap<PublishedKey, Promise<CryptoKey>>();
  #set: KeySet | null = null;
  #fetching: Promise<void> | null = null;
  readonly #allowance: FetchAllowance;
  /** Why the last fetch gave nothing; `null` when it did. */
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
   * The key of this name; `null` when there is none.
   *
   * @param signedAt When the signature was made at the latest by this process' clock, epoch milliseconds:
   *   the key was published before.
   * @throws SessionStoreUnavailableError when that cannot be known now.
   */
  async find(kid: string, signedAt: number): Promise<CryptoKey | null> {
    const wanted = performance.now();
    if (this.#usable() !== null) await this.#refreshOld();
    const known = this.#usable()?.keys.get(kid);
    if (known) return this.#import(known);
    // A set that was asked for after the signature, or after this call, has every key there is.
    const since = Math.min(wanted, performance.now() - (Date.now() - signedAt));
    for (let fetches = 0; fetches < FIND_FETCHES && !this.#has(since); fetches += 1) {
      await delay(this.#allowance.pauseLeft);
      await this.#fetch();
      if (this.#usable()?.keys.has(kid) || this.#failedSlowly()) break;
    }
    const found = this.#usable()?.keys.get(kid);
    if (found) return this.#import(found);
    if (this.#has(since)) return null;
    throw this.#unavailable();
  }

  /** Fetches the keys, up to three times. Logs a failure, and does not throw. */
  async load(): Promise<void> {
    await this.#refreshOld();
    for (let attempt = 2; attempt <= LOAD_ATTEMPTS && this.#usable() === null; attempt += 1) {
      await delay(this.#allowance.pause);
      await this.#refreshOld();
    }
  }

  /** Resolves when there are keys to verify with. */
  async ping(): Promise<void> {
    await this.#refreshOld();
    if (this.#usable() === null) throw this.#unavailable();
  }

  async #refreshOld(): Promise<void> {
    if (this.#set && performance.now() - this.#set.askedAt < this.limits.cacheFor) return;
    const fetched = this.#fetch();
    // Who has keys to go on with waits once for one who does not answer, not each time.
    if (this.#usable() === null || this.#failure === null) await fetched;
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

  /** Whether the last fetch failed after a wait: a second one would let the request wait twice. */
  #failedSlowly(): boolean {
    return this.#failure !== null && this.#allowance.pauseLeft === 0;
  }

  /** Asks for the keys, unless that was done too often of late. Tells of a failure, and does not throw. */
  #fetch(): Promise<void> {
    if (this.#fetching) return this.#fetching;
    if (!this.#allowance.take()) return Promise.resolve();
    const askedAt = performance.now();
    this.#fetching = fetchKeySet(this.limits.keys, this.limits.fetchTimeout)
      .then(
        (keys) => {
          this.#set = { keys, askedAt };
          this.#failure = null;
        },
        (error: unknown) => {
          this.#failure = error;
          this.#allowance.giveBack();
          this.#failures.report(this.#unavailable());
        },
      )
      .finally(() => {
        this.#fetching = null;
      });
    return this.#fetching;
  }

  #unavailable(): SessionStoreUnavailableError {
    const { href } = this.limits.keys;
    return new SessionStoreUnavailableError({
      cause: new Error(
        this.#failure === null
          ? `an identity was signed with a key that ${href} did not tell a moment ago`
          : `${href} does not tell the public keys`,
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
