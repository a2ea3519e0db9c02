import type { Cluster, Redis } from 'ioredis';
import { replies, reply } from '../store/redis-reply.js';
import { IDENTITY_KEYS_KEY } from '../store/redis-session.keys.js';
import { type PublishedKey, readPublishedKey } from './published-key.js';

/** Maximum difference between the clocks of two processes, in milliseconds. */
export const CLOCK_TOLERANCE = 5_000;

/**
 * Public keys of all processes of the issuing app, so that each process can publish the complete set. Private
 * keys are never stored. Expiry is decided by the Redis clock, because the clocks of the processes may
 * differ.
 *
 * Every method throws `SessionStoreUnavailableError` when Redis does not answer. The registry needs `ZADD`,
 * `ZSCORE`, `ZRANGEBYSCORE`, `ZREMRANGEBYSCORE` and `PEXPIRE` on `identity-keys`, `TIME`, `MULTI` and `EXEC`.
 */
export class IdentityKeyRegistry {
  constructor(private readonly client: Redis | Cluster) {}

  /**
   * Publishes keys, or extends their publication. Publishes all of them or, when it throws, possibly none.
   *
   * @param time Duration from now, in milliseconds.
   */
  async publish(keys: readonly PublishedKey[], time: number): Promise<void> {
    const now = await this.#now();
    const members = keys.flatMap((key) => [now + time, memberOf(key)]);
    await replies(
      this.client
        .multi()
        .zremrangebyscore(IDENTITY_KEYS_KEY, '-inf', now - CLOCK_TOLERANCE)
        .zadd(IDENTITY_KEYS_KEY, ...members)
        // `GT` alone skips a key without an expiry, `NX` alone a key with an expiry.
        .pexpire(IDENTITY_KEYS_KEY, time, 'NX')
        .pexpire(IDENTITY_KEYS_KEY, time, 'GT')
        .exec(),
    );
  }

  /** Remaining time of a published key, in milliseconds; `null` for an unpublished key. */
  async publishedFor(key: PublishedKey): Promise<number | null> {
    const [now, until] = await Promise.all([
      this.#now(),
      reply(this.client.zscore(IDENTITY_KEYS_KEY, memberOf(key))),
    ]);
    return until === null ? null : Number(until) - now;
  }

  /** Returns the published keys of all processes. Skips members that cannot be read as a key. */
  async list(): Promise<PublishedKey[]> {
    const since = (await this.#now()) - CLOCK_TOLERANCE;
    const members = await reply(this.client.zrangebyscore(IDENTITY_KEYS_KEY, since, '+inf'));
    const keys = await Promise.all(members.map(readMember));
    return keys.filter((key) => key !== null);
  }

  /** Redis clock, in epoch milliseconds. */
  async #now(): Promise<number> {
    const [seconds, microseconds] = await reply(this.client.time());
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }
}

function memberOf({ kty, crv, x, kid, alg, use }: PublishedKey): string {
  return JSON.stringify({ kty, crv, x, kid, alg, use });
}

async function readMember(member: string): Promise<PublishedKey | null> {
  try {
    return await readPublishedKey(JSON.parse(member));
  } catch {
    return null;
  }
}
