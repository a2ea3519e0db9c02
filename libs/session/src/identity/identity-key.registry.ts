import type { Cluster, Redis } from 'ioredis';
import { replies, reply } from '../store/redis-reply';
import { IDENTITY_KEYS_KEY } from '../store/redis-session.keys';
import { type PublishedKey, readPublishedKey } from './published-key';

/** Milliseconds that the clocks of two processes may differ. */
export const CLOCK_TOLERANCE = 5_000;

/** For how long what is over stays, in milliseconds: a process whose clock is fast must not clear up for others. */
const KEPT_AFTERWARDS = 3_600_000;

/** A key, and until when it is published: epoch milliseconds. */
export interface Publication {
  readonly key: PublishedKey;
  readonly until: number;
}

/**
 * Where the processes of the issuing app tell each other their public keys, so that each can tell the
 * services all of them. Private keys are never here.
 *
 * Every method throws `SessionStoreUnavailableError` when Redis does not answer. Of Redis it needs `ZADD`,
 * `ZSCORE`, `ZRANGEBYSCORE`, `ZREMRANGEBYSCORE` and `PEXPIRE` on `identity-keys`, `MULTI` and `EXEC`.
 */
export class IdentityKeyRegistry {
  constructor(private readonly client: Redis | Cluster) {}

  /** Publishes keys, or goes on publishing them. All of them or, when it throws, perhaps none. */
  async publish(publications: readonly Publication[]): Promise<void> {
    const now = Date.now();
    const longest = Math.max(...publications.map(({ until }) => until)) - now;
    const members = publications.flatMap(({ key, until }) => [until, memberOf(key)]);
    await replies(
      this.client
        .multi()
        .zremrangebyscore(IDENTITY_KEYS_KEY, '-inf', String(now - KEPT_AFTERWARDS))
        .zadd(IDENTITY_KEYS_KEY, ...members)
        // GT alone passes over a key that has no expiry yet, NX alone over one that has.
        .pexpire(IDENTITY_KEYS_KEY, longest, 'NX')
        .pexpire(IDENTITY_KEYS_KEY, longest, 'GT')
        .exec(),
    );
  }

  /** Until when a key is published: epoch milliseconds; `null` when it is not. */
  async publishedUntil(key: PublishedKey): Promise<number | null> {
    const until = await reply(this.client.zscore(IDENTITY_KEYS_KEY, memberOf(key)));
    return until === null ? null : Number(until);
  }

  /** Every key that any process has published. What cannot be read as a key is passed over. */
  async list(): Promise<PublishedKey[]> {
    const since = Date.now() - CLOCK_TOLERANCE;
    const members = await reply(
      this.client.zrangebyscore(IDENTITY_KEYS_KEY, String(since), '+inf'),
    );
    const keys = await Promise.all(members.map(readMember));
    return keys.filter((key) => key !== null);
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
