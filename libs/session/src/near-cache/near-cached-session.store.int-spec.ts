import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { eventually } from '../../../../tools/testing/eventually.js';
import type { Session } from '../session/session.js';
import { whenReady } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from '../store/redis-session.store.js';
import { countCommands } from '../../test-support/command-counts.js';
import { HeldStore, killLinks, NearCached } from '../../test-support/near-cached.js';
import { managerOf } from '../../test-support/manager-of.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { patientClient } from '../../test-support/patient-client.js';

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
  it('is served unchanged, without asking Redis', async () => {
    const session = await remembered();

    const { get, pttl } = await countCommands(admin, async () => {
      for (let i = 0; i < 100; i += 1) {
        expect(fieldsOf(near.inMemory(session.id))).toEqual(fieldsOf(session));
      }
      await delay(0);
    });

    expect([get, pttl]).toEqual([undefined, undefined]);
  });

  it('is dropped as soon as Redis reports that it was revoked elsewhere', async () => {
    const session = await remembered();

    await near.hearing(() => issuer.remove(session.id, null));

    expect(near.inMemory(session.id)).toBeNull();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('gets the roles that were set elsewhere', async () => {
    const session = await remembered({ roles: ['orders'] });

    await near.hearing(() => issuer.update(session.id, withRoles(['products'])));

    expect((await near.store.find(session.id))?.roles).toEqual(['products']);
    await near.remember(session);
    expect(near.inMemory(session.id)?.roles).toEqual(['products']);
  });

  it('is replaced by its successor after a rotation elsewhere', async () => {
    const session = await remembered();

    const rotated = await near.hearing(() => managerOf(issuer).rotate(session.id));

    expect(await near.store.find(session.id)).toBeNull();
    const successor = await near.store.find(rotated?.session.id ?? '');
    expect(fieldsOf(successor)).toEqual(fieldsOf(rotated?.session ?? null));
  });

  it('is dropped when another program deletes, replaces or renames its record', async () => {
    const sessions = [await remembered(), await remembered(), await remembered()] as const;
    const [deleted, replaced, renamed] = sessions.map(({ id }) => `session:{${id}}`);
    const { invalidations } = near.counters;

    await admin.del(deleted ?? '');
    await admin.set(replaced ?? '', '{}', 'KEEPTTL');
    await admin.rename(renamed ?? '', 'elsewhere');

    await eventually(() => near.counters.invalidations >= invalidations + 3);
    for (const { id } of sessions) expect(await near.store.find(id)).toBeNull();
  });

  it('is dropped with all others after FLUSHALL', async () => {
    const sessions = [await remembered(), await remembered()];

    await admin.flushall();

    await eventually(() => sessions.every(({ id }) => near.inMemory(id) === null));
    for (const { id } of sessions) expect(await near.store.find(id)).toBeNull();
  });

  it('is dropped at once by the process that changed it', async () => {
    const session = await remembered({ roles: ['orders'] });

    near.store.forget(session.id);

    expect(near.inMemory(session.id)).toBeNull();
  });

  it('is dropped by every near-cache when it is revoked', async () => {
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

  it('is not affected by changes to idle timeouts, other sessions or other keys', async () => {
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

describe('a read in progress', () => {
  /** Starts a read of a session and holds its result. */
  const heldRead = ({ id }: Session) => source.hold(() => near.store.find(id, { fresh: true }));

  it('is returned but not stored when its session is revoked meanwhile', async () => {
    const session = await stored();
    const { reading, release } = await heldRead(session);

    await near.hearing(() => issuer.remove(session.id, null));
    release();

    expect(fieldsOf(await reading)).toEqual(fieldsOf(session));
    expect(near.inMemory(session.id)).toBeNull();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('is not stored when roles are removed meanwhile', async () => {
    const session = await stored({ roles: ['admin'] });
    const { reading, release } = await heldRead(session);

    await near.hearing(() => issuer.update(session.id, withRoles([])));
    release();
    await reading;

    expect((await near.store.find(session.id))?.roles).toEqual([]);
  });

  it('is not stored when everything is deleted meanwhile', async () => {
    const [session, witness] = [await stored(), await remembered()];
    const { reading, release } = await heldRead(session);

    await admin.flushall();
    await eventually(() => near.inMemory(witness.id) === null);
    release();

    expect(await reading).not.toBeNull();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('is not stored when the link is lost meanwhile, even if it is restored by then', async () => {
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

  it('is not stored when it started without a link', async () => {
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

  it('does not replace the result of a later read', async () => {
    const session = await stored({ roles: ['admin'] });
    const { reading, release } = await heldRead(session);
    await near.hearing(() => issuer.update(session.id, withRoles([])));
    await near.remember(session);
    expect(near.inMemory(session.id)?.roles).toEqual([]);

    release();

    expect((await reading)?.roles).toEqual(['admin']);
    expect(near.inMemory(session.id)?.roles).toEqual([]);
  });

  it('does not affect a read that starts after the change', async () => {
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

  it('is not stored when two reads started before the change', async () => {
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

  it('leaves no session in memory when it finds none', async () => {
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
  it('at its absolute timeout, even if its record is still in Redis', async () => {
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

  it('when the idle timeout that was read with it expires', async () => {
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

  it('only after Redis was asked whether another process renewed its idle timeout', async () => {
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
  ])('according to the new time when the wall clock is set %s', async (_what, jump) => {
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
  it('is bounded, and keeps sessions that are used', async () => {
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

  it('drops the oldest session when none was used again', async () => {
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

describe('a fresh read', () => {
  it('is answered by Redis, even if the session is in memory', async () => {
    const session = await remembered();

    const counts = await countCommands(admin, async () => {
      for (let i = 0; i < 10; i += 1) await near.store.find(session.id, { fresh: true });
    });

    expect(counts.get).toBe(10);
  });

  it('updates the session in memory', async () => {
    const session = await remembered();
    const first = near.inMemory(session.id);

    const fresh = await near.store.find(session.id, { fresh: true });

    expect(fresh).not.toBe(first);
    expect(near.inMemory(session.id)).toBe(fresh);
  });

  it('drops the session from memory when it has ended', async () => {
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
  it('count hits, misses and bypasses separately', async () => {
    const session = await stored();
    const look = () => near.store.find(session.id);

    expect(near.store.peek(session.id)).toBeUndefined();
    expect(near.counters).toMatchObject({ hits: 0, misses: 0, bypasses: 0 });
    await look();
    expect(near.counters).toMatchObject({ hits: 0, misses: 1, bypasses: 0 });
    await look();
    expect(near.store.peek(session.id)).toMatchObject({ id: session.id });
    expect(near.counters).toMatchObject({ hits: 2, misses: 1, bypasses: 0 });
    await near.store.find(session.id, { fresh: true });
    expect(near.counters).toMatchObject({ hits: 2, misses: 1, bypasses: 1 });
    await near.store.find(sampleSession().id);
    expect(near.counters).toMatchObject({ hits: 2, misses: 2, bypasses: 1 });
  });

  it('count invalidations, lost links, and reads without a link', async () => {
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

  it('show the link as down after the service has stopped', async () => {
    near.close();

    expect(near.counters.isLinkUp).toBe(false);
    expect(await near.store.find(sampleSession().id)).toBeNull();
  });
});

describe('a near-cache', () => {
  it('passes write-once attributes and health check pings through to Redis', async () => {
    const session = await remembered();
    const attribute = { service: 'orders', name: 'cart', value: '"full"' };

    expect(await near.store.add(session, attribute)).toBe('added');
    expect(await near.store.add(session, attribute)).toBe('taken');
    expect(await near.store.attributes(session.id, 'orders')).toEqual(
      new Map([['cart', '"full"']]),
    );
    await expect(near.store.ping()).resolves.toBeUndefined();
  });
});
