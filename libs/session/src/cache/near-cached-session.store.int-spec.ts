import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { eventually } from '../../../../tools/testing/eventually.js';
import type { Session } from '../session/session.js';
import { whenReady } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from '../store/redis-issuer-session.store.js';
import { RedisSessionStore } from '../store/redis-session.store.js';
import { countCommands } from '../testing/command-counts.js';
import { HeldStore, killLinks, NearCached } from '../testing/near-cached.js';
import { managerOf } from '../testing/manager-of.js';
import { fieldsOf, sampleSession } from '../testing/sample-session.js';
import { startedRedis } from '../testing/started-redis.js';
import { patientClient } from '../testing/patient-client.js';

/** Largest difference between two clocks that are read in turn, in milliseconds. */
const TOLERANCE = 10;

/** Client that changes sessions elsewhere. */
let admin: Redis;
let issuer: RedisIssuerSessionStore;
let source: HeldStore;
let near: NearCached;

// Disconnect before the server stops; otherwise the client would reconnect.
afterAll(() => {
  admin.disconnect();
});

const redis = startedRedis();

beforeAll(async () => {
  admin = patientClient(redis.url);
  await whenReady(admin, 10_000);
  issuer = new RedisIssuerSessionStore(admin);
});

beforeEach(async () => {
  source = new HeldStore(redis.client, 60_000);
  near = new NearCached(redis.client, { source });
  await near.untilUp();
});

afterEach(() => {
  near.close();
});

/** Stores a session in Redis. */
async function stored(changes: Parameters<typeof sampleSession>[0] = {}): Promise<Session> {
  const session = sampleSession(changes);
  await issuer.insert(session);
  return session;
}

/** Stores a session in Redis and in memory. */
async function remembered(changes: Parameters<typeof sampleSession>[0] = {}): Promise<Session> {
  // Await the invalidation of the insertion, so that it is not mistaken for a later one.
  const session = await near.hearing(() => stored(changes));
  await near.remember(session);
  return session;
}

const withRoles = (roles: string[]) => (session: Session) => session.with({ roles });

describe('a session in memory', () => {
  it('is served as Redis has it, and Redis is not asked', async () => {
    const session = await remembered();

    const { get, pttl } = await countCommands(admin, async () => {
      for (let i = 0; i < 100; i += 1) {
        expect(fieldsOf(near.inMemory(session.id))).toEqual(fieldsOf(session));
      }
      await delay(0);
    });

    expect([get, pttl]).toEqual([undefined, undefined]);
  });

  it('is gone as soon as Redis has told that it was revoked elsewhere', async () => {
    const session = await remembered();

    await near.hearing(() => issuer.remove(session.id, null));

    expect(near.inMemory(session.id)).toBeNull();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('has the roles that it was given elsewhere', async () => {
    const session = await remembered({ roles: ['orders'] });

    await near.hearing(() => issuer.update(session.id, withRoles(['products'])));

    expect((await near.store.find(session.id))?.roles).toEqual(['products']);
    await near.remember(session);
    expect(near.inMemory(session.id)?.roles).toEqual(['products']);
  });

  it('is gone, and its successor there, after it was rotated elsewhere', async () => {
    const session = await remembered();

    const rotated = await near.hearing(() => managerOf(issuer).rotate(session.id));

    expect(await near.store.find(session.id)).toBeNull();
    const successor = await near.store.find(rotated?.session.id ?? '');
    expect(fieldsOf(successor)).toEqual(fieldsOf(rotated?.session ?? null));
  });

  it('is gone when another program deletes, replaces or renames its record', async () => {
    const sessions = [await remembered(), await remembered(), await remembered()] as const;
    const [deleted, replaced, renamed] = sessions.map(({ id }) => `session:{${id}}`);
    const { invalidations } = near.counters;

    await admin.del(deleted ?? '');
    await admin.set(replaced ?? '', '{}', 'KEEPTTL');
    await admin.rename(renamed ?? '', 'elsewhere');

    await eventually(() => near.counters.invalidations >= invalidations + 3);
    for (const { id } of sessions) expect(await near.store.find(id)).toBeNull();
  });

  it('is gone after FLUSHALL, as are all the others', async () => {
    const sessions = [await remembered(), await remembered()];

    await admin.flushall();

    await eventually(() => sessions.every(({ id }) => near.inMemory(id) === null));
    for (const { id } of sessions) expect(await near.store.find(id)).toBeNull();
  });

  it('is forgotten at once by the process that has changed it', async () => {
    const session = await remembered({ roles: ['orders'] });

    near.store.forget(session.id);

    expect(near.inMemory(session.id)).toBeNull();
  });

  it('is what every near-cache has that reads it, and none of them afterwards', async () => {
    const others = [new NearCached(redis.client), new NearCached(admin)];
    const session = await remembered();
    for (const other of others) await other.remember(session);

    await issuer.remove(session.id, null);

    for (const it of [near, ...others]) {
      await eventually(() => it.inMemory(session.id) === null);
      expect(await it.store.find(session.id)).toBeNull();
    }
    for (const other of others) other.close();
  });

  it('is unmoved by what happens to the idle clocks, to other sessions and to other keys', async () => {
    const session = await remembered();
    const other = await stored();

    await near.hearing(async () => {
      await admin.pexpire(`idle:{${session.id}}`, 1_000_000);
      await admin.hset(`session-data:{${session.id}}:orders`, 'a', '1');
      await issuer.remove(other.id, null);
    });

    expect(near.inMemory(session.id)).not.toBeNull();
  });
});

describe('a read that is under way', () => {
  /** Starts a read of a session and holds its result. */
  const heldRead = ({ id }: Session) => source.hold(() => near.store.find(id, { fresh: true }));

  it('is handed on and not kept when its session is revoked meanwhile', async () => {
    const session = await stored();
    const { reading, release } = await heldRead(session);

    await near.hearing(() => issuer.remove(session.id, null));
    release();

    expect(fieldsOf(await reading)).toEqual(fieldsOf(session));
    expect(near.inMemory(session.id)).toBeNull();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('is not kept when roles are taken away meanwhile', async () => {
    const session = await stored({ roles: ['admin'] });
    const { reading, release } = await heldRead(session);

    await near.hearing(() => issuer.update(session.id, withRoles([])));
    release();
    await reading;

    expect((await near.store.find(session.id))?.roles).toEqual([]);
  });

  it('is not kept when everything is deleted meanwhile', async () => {
    const [session, witness] = [await stored(), await remembered()];
    const { reading, release } = await heldRead(session);

    await admin.flushall();
    await eventually(() => near.inMemory(witness.id) === null);
    release();

    expect(await reading).not.toBeNull();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('is not kept when the link is lost meanwhile, whether or not it is back by then', async () => {
    for (const isBack of [false, true]) {
      const session = await stored({ roles: ['admin'] });
      const { reading, release } = await heldRead(session);
      const { linkLosses } = near.counters;

      await killLinks(admin);
      await eventually(() => near.counters.linkLosses > linkLosses);
      await issuer.update(session.id, withRoles([]));
      if (isBack) await near.untilUp();
      release();
      await reading;
      await near.untilUp();

      expect((await near.store.find(session.id))?.roles).toEqual([]);
    }
  });

  it('is not kept when it was begun while there was no link', async () => {
    const session = await stored({ roles: ['admin'] });
    const { linkLosses } = near.counters;
    await killLinks(admin);
    await eventually(() => near.counters.linkLosses > linkLosses);
    const { reading, release } = await heldRead(session);
    await issuer.update(session.id, withRoles([]));
    await near.untilUp();

    release();
    await reading;

    expect((await near.store.find(session.id))?.roles).toEqual([]);
  });

  it('does not take the place of what a later one has found since the change', async () => {
    const session = await stored({ roles: ['admin'] });
    const { reading, release } = await heldRead(session);
    await near.hearing(() => issuer.update(session.id, withRoles([])));
    await near.remember(session);
    expect(near.inMemory(session.id)?.roles).toEqual([]);

    release();

    expect((await reading)?.roles).toEqual(['admin']);
    expect(near.inMemory(session.id)?.roles).toEqual([]);
  });

  it('does not spoil another that begins after the change and ends before it', async () => {
    const session = await stored({ roles: ['admin'] });
    const before = await heldRead(session);
    await near.hearing(() => issuer.update(session.id, withRoles([])));
    const after = await heldRead(session);

    before.release();
    await before.reading;
    expect(near.inMemory(session.id)?.roles ?? []).toEqual([]);
    after.release();
    await after.reading;

    expect((await near.store.find(session.id))?.roles).toEqual([]);
  });

  it('is not kept when another began as well, and then the change came', async () => {
    const session = await stored({ roles: ['admin'] });
    const one = await heldRead(session);
    const other = await heldRead(session);

    await near.hearing(() => issuer.update(session.id, withRoles([])));
    for (const { release, reading } of [other, one]) {
      release();
      await reading;
    }

    expect((await near.store.find(session.id))?.roles).toEqual([]);
  });

  it('that finds nothing drops what is remembered', async () => {
    const session = await remembered();
    // Redis sends no invalidation for an idle clock, which is not a record.
    await admin.del(`idle:{${session.id}}`);
    source = new HeldStore(redis.client, 60_000);
    const other = new NearCached(redis.client, { source });
    await other.untilUp();

    expect(await other.store.find(session.id)).toBeNull();

    expect(other.inMemory(session.id)).toBeNull();
    other.close();
  });
});

describe('a session in memory ends', () => {
  it('at its absolute timeout, also when its record is still in Redis', async () => {
    const absoluteExpiresAt = Date.now() + 500;
    const session = await stored({ absoluteExpiresAt });
    await admin.pexpire(`session:{${session.id}}`, 60_000);
    await near.remember(session);
    let hits = 0;

    while (Date.now() < absoluteExpiresAt + 100) {
      const at = Date.now();
      if (near.inMemory(session.id) !== null) {
        hits += 1;
        expect(at).toBeLessThan(absoluteExpiresAt + TOLERANCE);
      }
      await delay(1);
    }

    expect(hits).toBeGreaterThan(0);
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('when its idle clock runs out, as it was when it was read', async () => {
    const session = await stored();
    await admin.pexpire(`idle:{${session.id}}`, 500);
    const deadline = performance.now() + 500;
    await near.remember(session);
    let hits = 0;

    while (performance.now() < deadline + 100) {
      const at = performance.now();
      if (near.inMemory(session.id) !== null) {
        hits += 1;
        expect(at).toBeLessThan(deadline + TOLERANCE);
      }
      await delay(1);
    }

    expect(hits).toBeGreaterThan(0);
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('not before Redis was asked whether another process has slid the clock', async () => {
    const session = await stored();
    await admin.pexpire(`idle:{${session.id}}`, 500);
    const deadline = performance.now() + 500;
    await near.remember(session);
    await new RedisSessionStore(admin, 60_000).touch(session);

    while (performance.now() < deadline + TOLERANCE) {
      expect(await near.store.find(session.id)).not.toBeNull();
      await delay(1);
    }

    const { misses } = near.counters;
    await near.remember(session);
    expect(near.counters.misses).toBeLessThanOrEqual(misses + 1);
    expect(near.inMemory(session.id)).not.toBeNull();
  });

  it.each([
    ['forward', 3_600_000 + 60_000],
    ['back', -3_600_000],
  ])('when the wall clock is set %s, by what it says then', async (_what, jump) => {
    const session = await remembered();
    const realNow = Date.now.bind(Date);
    const { misses } = near.counters;
    try {
      jest.spyOn(Date, 'now').mockImplementation(() => realNow() + jump);

      // No hit comes before: a machine that wakes up must not serve sessions that have ended meanwhile.
      const found = await near.store.find(session.id);
      expect(near.counters.misses).toBe(misses + 1);
      expect(found === null).toBe(jump > 0);
    } finally {
      jest.restoreAllMocks();
    }
  });
});

describe('the memory', () => {
  it('is bounded, and keeps what is used', async () => {
    const small = new NearCached(redis.client, { maxEntries: 5 });
    await small.untilUp();
    const busy = [await stored(), await stored()];
    for (const session of busy) await small.remember(session);

    for (let i = 0; i < 30; i += 1) {
      await small.store.find((await stored()).id);
      for (const { id } of busy) expect(small.inMemory(id)).not.toBeNull();
    }

    small.close();
  });

  it('does not hold what was passed over for what is used', async () => {
    const small = new NearCached(redis.client, { maxEntries: 2 });
    await small.untilUp();
    const sessions = [await stored(), await stored(), await stored()];

    for (const session of sessions) await small.store.find(session.id);

    const { hits } = small.counters;
    const inMemory = sessions.map(({ id }) => small.inMemory(id) !== null);
    expect(inMemory).toEqual([false, true, true]);
    expect(small.counters.hits).toBe(hits + 2);
    small.close();
  });
});

describe('a fresh look', () => {
  it('is answered by Redis, whatever is remembered', async () => {
    const session = await remembered();

    const counts = await countCommands(admin, async () => {
      for (let i = 0; i < 10; i += 1) await near.store.find(session.id, { fresh: true });
    });

    expect(counts.get).toBe(10);
  });

  it('brings what is remembered up to date', async () => {
    const session = await remembered();
    const first = near.inMemory(session.id);

    const fresh = await near.store.find(session.id, { fresh: true });

    expect(fresh).not.toBe(first);
    expect(near.inMemory(session.id)).toBe(fresh);
  });

  it('drops what is remembered when the session has ended', async () => {
    const session = await remembered();
    // Redis sends no invalidation for an idle clock.
    await admin.del(`idle:{${session.id}}`);
    const other = new NearCached(redis.client, { source: new RedisSessionStore(admin, 1) });
    await other.untilUp();
    await other.store.find(session.id);
    const due = await stored({ idleTimeout: 30_000 });
    await other.remember(due);
    await admin.del(`idle:{${due.id}}`);

    await eventually(async () => (await other.store.find(due.id, { fresh: true })) === null);

    expect(other.inMemory(due.id)).toBeNull();
    other.close();
  });
});

describe('the counters', () => {
  it('tell hits, misses and bypasses apart', async () => {
    const session = await stored();
    const look = () => Promise.resolve(near.store.find(session.id));

    await look();
    expect(near.counters).toMatchObject({ hits: 0, misses: 1, bypasses: 0 });
    await look();
    await look();
    expect(near.counters).toMatchObject({ hits: 2, misses: 1, bypasses: 0 });
    await near.store.find(session.id, { fresh: true });
    expect(near.counters).toMatchObject({ hits: 2, misses: 1, bypasses: 1 });
    await near.store.find(sampleSession().id);
    expect(near.counters).toMatchObject({ hits: 2, misses: 2, bypasses: 1 });
  });

  it('tell of each change that Redis told of, of lost links, and of looks without one', async () => {
    const [one, other] = [await stored(), await stored()];
    const { invalidations } = near.counters;
    await Promise.all([issuer.remove(one.id, null), issuer.update(other.id, withRoles(['x']))]);
    await eventually(() => near.counters.invalidations === invalidations + 2);
    expect(near.counters).toMatchObject({ isLinkUp: true, linkLosses: 0 });

    await killLinks(admin);
    await eventually(() => !near.counters.isLinkUp);
    await near.store.find(other.id);

    expect(near.counters).toMatchObject({ linkLosses: 1, bypasses: 1 });
    await near.untilUp();
    expect(near.counters.linkLosses).toBe(1);
  });

  it('say that the link is down once the service has stopped', async () => {
    near.close();

    expect(near.counters.isLinkUp).toBe(false);
    expect(await near.store.find(sampleSession().id)).toBeNull();
  });
});

describe('what goes to Redis as without a near-cache', () => {
  it('are additions, and the ping of the health check', async () => {
    const session = await remembered();
    const addition = { service: 'orders', name: 'cart', value: '"full"' };

    expect(await near.store.add(session, addition)).toBe('added');
    expect(await near.store.add(session, addition)).toBe('taken');
    expect(await near.store.additions(session.id, 'orders')).toEqual(new Map([['cart', '"full"']]));
    await expect(near.store.ping()).resolves.toBeUndefined();
  });
});
