import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { FailureLog } from '../errors/failure-log.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { CLOCK_TOLERANCE, IdentityKeyRegistry } from './identity-key.registry.js';
import { ALGORITHM, type PublishedKey, publishedKeyOf } from './published-key.js';
import { MAX_LIFETIME, SessionIdentityOptions } from './session-identity.options.js';

/** How much longer than it must be a key is published: how long Redis may be away (ms). */
const RESERVE = 15 * 60_000;

/** The longest time between two renewals of what is published, in milliseconds. */
const RENEWAL_INTERVAL = 60_000;

/** Nobody waits for a renewal, so of a failure that lasts it is told once in this time (ms). */
const FAILURE_INTERVAL = 60_000;

/** What identities are signed with. */
export interface SigningKey {
  readonly kid: string;
  /** Cannot be exported, not even by this process. */
  readonly privateKey: CryptoKey;
}

interface OwnKey extends SigningKey {
  readonly published: PublishedKey;
  /** When it was published first; monotonic milliseconds, `null` before. */
  announcedAt: number | null;
  /** Until when this process knows it to be published; monotonic milliseconds, `-Infinity` before. */
  publishedUntil: number;
}

/**
 * The keys that this process signs identities with. The private halves never leave it and are stored
 * nowhere: who restarts makes new ones.
 *
 * Nothing is signed with a key that the services could not ask for: it is published before, long enough
 * ahead for those that have the set of keys in memory, and is looked for in Redis before each signature,
 * which may have lost it. When Redis does not answer, what was published last counts until it is over.
 *
 * The first key is published before the app takes requests: services have the time to ask for it before
 * anything is signed with it. If Redis is away then, it is published when it is needed.
 */
@Injectable()
export class IdentityKeys implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #failures = new FailureLog('IdentityKeys', FAILURE_INTERVAL);
  /** In the order in which they were made. */
  readonly #keys: OwnKey[] = [];
  /** How much longer than until now a key must be published for something to be signed with it (ms). */
  readonly #needed: number;
  #making: Promise<void> | null = null;
  #confirming: Promise<OwnKey> | null = null;
  #renewing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    private readonly registry: IdentityKeyRegistry,
    private readonly options: SessionIdentityOptions,
  ) {
    this.#needed = MAX_LIFETIME + CLOCK_TOLERANCE + options.cacheFor;
  }

  /**
   * The key to sign with now. It is published.
   *
   * @throws SessionStoreUnavailableError when none is, and Redis does not answer.
   */
  async forSigning(): Promise<SigningKey> {
    if (this.#keys.length === 0) await this.#makeFirst();
    // Those who ask at the same time share the question.
    this.#confirming ??= this.#confirmCurrent().finally(() => {
      this.#confirming = null;
    });
    return this.#confirming;
  }

  /**
   * Every key that any process of this app may have signed something live with, or soon will; the first one
   * of this process among them, so that who asks before anything is signed need not ask again.
   *
   * @throws SessionStoreUnavailableError when Redis does not answer: a part of them would be taken for all.
   */
  async published(): Promise<PublishedKey[]> {
    await this.forSigning();
    return this.registry.list();
  }

  /**
   * Makes a new key when it is time, forgets those that are over, and goes on publishing the others.
   *
   * @throws SessionStoreUnavailableError when Redis does not answer; what was published stays as it is.
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
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#renewing;
  }

  /** The newest key that every service has had the time to learn of; at the start the first. */
  #current(): OwnKey {
    const current = this.#keys.findLast((key) => this.#isKnownEverywhere(key)) ?? this.#keys[0];
    if (current) return current;
    throw new SessionStoreUnavailableError({ cause: new Error('no key was made') });
  }

  #isKnownEverywhere({ announcedAt }: OwnKey): boolean {
    return announcedAt !== null && performance.now() - announcedAt >= this.options.cacheFor;
  }

  #isPublished({ publishedUntil }: OwnKey): boolean {
    return publishedUntil - performance.now() >= this.#needed;
  }

  /** The key to sign with, once it is published. Looks for it in Redis, and publishes it if it is not there. */
  async #confirmCurrent(): Promise<OwnKey> {
    const key = this.#current();
    try {
      const left = await this.registry.publishedFor(key.published);
      if (left !== null) key.publishedUntil = performance.now() + left;
      // What has lost one key may have lost them all.
      else for (const each of this.#keys) each.publishedUntil = -Infinity;
    } catch (error) {
      // Redis is away; it has not lost the key for that.
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

  /** A key is over when what it has signed is, and no service may still come to ask for it. */
  #forgetOld(): void {
    const isOver = ({ announcedAt }: OwnKey) =>
      announcedAt !== null &&
      performance.now() - announcedAt >= this.options.cacheFor + this.#needed;
    const successor = this.#keys.findLastIndex(isOver);
    if (successor > 0) this.#keys.splice(0, successor);
  }

  async #makeFirst(): Promise<void> {
    this.#making ??= makeKey().then((key) => {
      this.#keys.push(key);
      this.#scheduleRenewal();
    });
    await this.#making;
  }

  #scheduleRenewal(): void {
    if (this.#isClosed) return;
    const interval = Math.min(RENEWAL_INTERVAL, this.options.cacheFor / 2);
    this.#timer = setTimeout(() => {
      this.#renewing = this.renew()
        .catch((error: unknown) => {
          this.#failures.report(error);
        })
        .finally(() => {
          this.#scheduleRenewal();
        });
    }, interval);
    this.#timer.unref();
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
