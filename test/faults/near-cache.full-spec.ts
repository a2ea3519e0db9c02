import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Session } from 'nest-sessions';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { createToken, RedisIssuerSessionStore, sessionIdOf } from 'nest-sessions/issuer';
import type { NearCacheCounters } from 'nest-sessions/near-cache';
import { RedisServer } from '../../tools/redis/redis-server';
import { reportScenario } from './support/figures';
import type { Knock } from './support/knock';
import { now } from './support/near-cache.messages';
import { NearCacheReaders, type ReaderResult } from './support/near-cache.readers';
import { Visitor } from './support/visitor';

/** Number of sessions that are revoked at once. */
const AT_ONCE = 25;
/** Number of sessions that are live at a time. */
const ALIVE = 400;
const SERVICES = 3;
/** Milliseconds. */
const MAX_STALENESS = 1_000;
/**
 * Minimum time for which readers look for a revoked session, in milliseconds: longer than `MAX_STALENESS`.
 */
const WATCHED = 1_500;

interface Revocation {
  readonly id: string;
  /** Time at which the revocation was acknowledged. */
  readonly returnedAt: number;
}

describe('the near-caches of several services, under load', () => {
  let server: RedisServer;
  let admin: Redis;
  let readers: NearCacheReaders;

  beforeEach(async () => {
    server = await RedisServer.start();
    // A machine under load is slow, which is no failure here.
    admin = createRedisClient({ port: server.port, commandTimeout: 10_000, socketTimeout: 10_000 });
    await whenReady(admin, 10_000);
    readers = await NearCacheReaders.start(SERVICES, server.url, MAX_STALENESS);
  });

  afterEach(async () => {
    readers.kill();
    admin.disconnect();
    await server.stop();
  });

  it.each([
    [10_000, 'all links up', false],
    [1_000, 'links broken all the time', true],
  ])(
    'apply %i revocations within the maximum staleness, with %s',
    async (count, what, breaksLinks) => {
      const revocations = await revokeUnderLoad(count, breaksLinks);
      const results = await readers.stop();

      const late = revocations.map((it) => ({ ...it, late: latenessOf(it, results) }));
      const title = `${count} revocations, ${SERVICES} near-caches, ${what}`;
      await reportScenario({ title, knocks: late.map(asKnock), recovery: null });
      expect(late).toHaveLength(count);
      expect(late.filter((it) => it.late >= MAX_STALENESS)).toEqual([]);
      // A near-cache that serves nothing from memory would also revoke in time.
      for (const { counters, lastServed } of results) {
        expect(counters.hits).toBeGreaterThan(count);
        expect(revocations.filter(({ id }) => id in lastServed).length).toBeGreaterThan(count / 2);
        if (breaksLinks) expect(counters.linkLosses).toBeGreaterThan(0);
        else expect(counters).toMatchObject({ isLinkUp: false, linkLosses: 1 });
      }
      expect(sum(results, ({ invalidations }) => invalidations)).toBeGreaterThan(
        breaksLinks ? 0 : count,
      );
    },
  );

  async function revokeUnderLoad(count: number, breaksLinks: boolean): Promise<Revocation[]> {
    const issuer = new RedisIssuerSessionStore(admin);
    const alive: string[] = [];
    const add = async () => {
      const session = newSession();
      await issuer.insert(session);
      alive.push(session.id);
      return session.id;
    };
    const addAll = (number: number) => Promise.all(Array.from({ length: number }, add));
    readers.tell({ add: await addAll(ALIVE) });

    const revocations: Revocation[] = [];
    /** Revoked sessions that readers still look for. */
    const watched: Revocation[] = [];
    while (revocations.length < count) {
      const wave = alive.splice(0, AT_ONCE);
      const revoked = await Promise.all(
        wave.map(async (id) => {
          await issuer.remove(id, null);
          return { id, returnedAt: now() };
        }),
      );
      revocations.push(...revoked);
      watched.push(...revoked);
      const over = watched.findIndex(({ returnedAt }) => returnedAt > now() - WATCHED);
      const drop = watched.splice(0, over === -1 ? watched.length : over).map(({ id }) => id);
      readers.tell({ add: await addAll(wave.length), drop });
      if (breaksLinks && revocations.length % 200 === 0)
        await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      // A steady rate that gives every process a turn.
      await delay(10);
    }
    await delay(WATCHED);
    return revocations;
  }
});

function newSession(): Session {
  const madeAt = Date.now();
  return new Session({
    id: sessionIdOf(createToken()),
    user: { id: 'u-1', username: 'ada' },
    roles: ['orders'],
    createdAt: madeAt,
    authenticatedAt: madeAt,
    absoluteExpiresAt: madeAt + 3_600_000,
    idleTimeout: 1_800_000,
    userAgent: null,
    ip: null,
    data: {},
  });
}

/** Returns how long any service still served a session after its revocation, in milliseconds; 0 for none. */
function latenessOf({ id, returnedAt }: Revocation, results: readonly ReaderResult[]): number {
  return Math.max(0, ...results.map(({ lastServed }) => (lastServed[id] ?? 0) - returnedAt));
}

/** Converts a revocation for the table of figures: a 401 with this latency. */
function asKnock({ returnedAt, late }: Revocation & { late: number }): Knock {
  return {
    visitor: new Visitor('signed out', '', 'no'),
    service: 'orders',
    allowed: [401],
    sentAt: returnedAt,
    answeredAt: returnedAt + late,
    outcome: { status: 401, headers: {} },
  };
}

function sum(
  results: readonly ReaderResult[],
  of: (counters: NearCacheCounters) => number,
): number {
  return results.reduce((total, { counters }) => total + of(counters), 0);
}
