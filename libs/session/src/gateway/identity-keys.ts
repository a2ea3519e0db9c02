import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { SingleFlight } from '../common/single-flight.js';
import { BACKGROUND_INTERVAL, ThrottledLogger } from '../common/throttled-logger.js';
import { TimerLoop } from '../common/timer-loop.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { CLOCK_TOLERANCE, IdentityKeyRegistry } from './identity-key.registry.js';
import { ALGORITHM, type PublishedKey, publishedKeyOf } from './published-key.js';
import { MAX_LIFETIME, SessionIdentityOptions } from './session-identity.options.js';

/** Additional time for which a key is published, in milliseconds: how long Redis may be unavailable. */
const RESERVE = 15 * 60_000;

/** Maximum time between two renewals of the published keys, in milliseconds. */
const RENEWAL_INTERVAL = 60_000;

/** Key that signs identities. */
export interface SigningKey {
  readonly kid: string;
  /** Cannot be exported, not even by this process. */
  readonly privateKey: CryptoKey;
}

interface OwnKey extends SigningKey {
  readonly published: PublishedKey;
  /** Time of the first publication, in monotonic milliseconds; `null` before. */
  announcedAt: number | null;
  /** End of the known publication, in monotonic milliseconds; `-Infinity` while the key is not published. */
  publishedUntil: number;
}

/**
 * Keys that sign the identities of this process. The private keys never leave the process and are never
 * stored: a restarted process makes new keys.
 *
 * A key signs only while the services can fetch it. It is published before it signs, early enough for
 * services that cache the set of keys. Redis may lose a key, so each signature is preceded by a look-up.
 * While Redis does not answer, the last publication counts until it expires.
 *
 * The first key is published before the app accepts requests, so that services have time to fetch it before
 * it signs. If Redis is unavailable then, the key is published at first use.
 */
@Injectable()
export class IdentityKeys implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #failures = new ThrottledLogger('IdentityKeys', BACKGROUND_INTERVAL);
  /** Keys in the order of their creation. */
  readonly #keys: OwnKey[] = [];
  /** Remaining publication time that a key needs to sign, in milliseconds. */
  readonly #needed: number;
  readonly #creation = new SingleFlight(() => this.#makeFirst());
  readonly #confirmation = new SingleFlight(() => this.#confirmCurrent());
  readonly #renewals = new TimerLoop({
    pause: () => Math.min(RENEWAL_INTERVAL, this.options.cacheFor / 2),
    onFailure: (error) => this.#failures.report(error),
  });

  constructor(
    private readonly registry: IdentityKeyRegistry,
    private readonly options: SessionIdentityOptions,
  ) {
    this.#needed = MAX_LIFETIME + CLOCK_TOLERANCE + options.cacheFor;
  }

  /**
   * Returns the current signing key, which is published.
   *
   * @throws SessionStoreUnavailableError when no key is published, and Redis does not answer.
   */
  async forSigning(): Promise<SigningKey> {
    if (this.#keys.length === 0) await this.#creation.run();
    return this.#confirmation.run();
  }

  /**
   * Returns every key with which any process of this app may have signed a live identity, or soon will.
   * Includes the first key of this process. A service that fetches the keys before the first signature
   * therefore need not fetch them again.
   *
   * @throws SessionStoreUnavailableError when Redis does not answer: an incomplete set would be taken for
   *   complete.
   */
  async published(): Promise<PublishedKey[]> {
    await this.forSigning();
    return this.registry.list();
  }

  /**
   * Makes a new key when it is due, drops expired keys, and extends the publication of the others.
   *
   * @throws SessionStoreUnavailableError when Redis does not answer; the published keys do not change.
   */
  async renew(): Promise<void> {
    const newest = this.#keys.at(-1);
    const { rotateEvery } = this.options;
    if (newest?.announcedAt != null && performance.now() - newest.announcedAt >= rotateEvery) {
      this.#keys.push(await makeKey());
    }
    this.#forgetOld();
    await this.#publish();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.forSigning().catch((error: unknown) => {
      this.#failures.report(error);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#renewals.stop();
  }

  /** Returns the newest key that every service has had time to fetch; at startup, the first key. */
  #current(): OwnKey {
    const current = this.#keys.findLast((key) => this.#isKnownEverywhere(key)) ?? this.#keys[0];
    if (current) return current;
    throw new SessionStoreUnavailableError({ cause: new Error('no key was generated') });
  }

  #isKnownEverywhere({ announcedAt }: OwnKey): boolean {
    return announcedAt !== null && performance.now() - announcedAt >= this.options.cacheFor;
  }

  #isPublished({ publishedUntil }: OwnKey): boolean {
    return publishedUntil - performance.now() >= this.#needed;
  }

  /**
   * Returns the signing key once it is published. Looks it up in Redis, and publishes it if it is missing.
   */
  async #confirmCurrent(): Promise<OwnKey> {
    const key = this.#current();
    try {
      const left = await this.registry.publishedFor(key.published);
      if (left !== null) key.publishedUntil = performance.now() + left;
      // If Redis has lost one key, it may have lost all keys.
      else for (const each of this.#keys) each.publishedUntil = -Infinity;
    } catch (error) {
      // Redis is unavailable, which does not mean that it has lost the key.
      if (!this.#isPublished(key)) throw error;
    }
    if (!this.#isPublished(key)) await this.#publish();
    return key;
  }

  async #publish(): Promise<void> {
    const time = this.#needed + RESERVE;
    const since = performance.now();
    const keys = [...this.#keys];
    await this.registry.publish(
      keys.map(({ published }) => published),
      time,
    );
    for (const key of keys) {
      key.publishedUntil = since + time;
      key.announcedAt ??= performance.now();
    }
  }

  /** Drops keys whose last identities have expired, and which no service may still fetch. */
  #forgetOld(): void {
    const isOver = ({ announcedAt }: OwnKey) =>
      announcedAt !== null &&
      performance.now() - announcedAt >= this.options.cacheFor + this.#needed;
    const successor = this.#keys.findLastIndex(isOver);
    if (successor > 0) this.#keys.splice(0, successor);
  }

  async #makeFirst(): Promise<void> {
    this.#keys.push(await makeKey());
    this.#renewals.start(() => this.renew());
  }
}

async function makeKey(): Promise<OwnKey> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519' });
  const { x = '' } = await exportJWK(publicKey);
  const published = await publishedKeyOf(x);
  return {
    kid: published.kid,
    privateKey,
    published,
    announcedAt: null,
    publishedUntil: -Infinity,
  };
}
