import { keysOfSessions } from '../../test-support/key-space.js';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually.js';
import type { Session } from '../session/session.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from '../store/redis-session.store.js';
import { countCommands } from '../../test-support/command-counts.js';
import { NearCached } from '../../test-support/near-cached.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';

/** Longest time that a renewal may take to reach Redis, in milliseconds: less than its wait before. */
const ON_ITS_WAY = 500;

const redis = startedRedis();
let near: NearCached;
let warnings: jest.SpyInstance;

beforeEach(async () => {
  warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  near = new NearCached(redis.client);
  await near.untilUp();
});

afterEach(async () => {
  // Queued renewals must not count in the next test.
  await near.store.beforeApplicationShutdown();
  near.close();
  jest.restoreAllMocks();
});

const clockOf = ({ id }: Session) => `idle:{${id}}`;

/** Returns when the idle timeout expires by Redis' clock; epoch milliseconds. */
const deadlineOf = (session: Session) => redis.client.pexpiretime(clockOf(session));

/** Returns a session in memory that was last used ten minutes ago: its next use renews the idle timeout. */
async function dueSession(): Promise<Session> {
  const session = sampleSession();
  // Await the invalidation of the insertion, so that it is not mistaken for a later one.
  await near.hearing(() => new RedisIssuerSessionStore(redis.client).insert(session));
  await redis.client.pexpire(clockOf(session), session.idleTimeout - 600_000);
  await near.remember(session);
  return session;
}

async function serveTimes(times: number, session: Session): Promise<void> {
  for (let i = 0; i < times; i += 1) expect(await near.serve(session)).not.toBeNull();
}

/** Renews the queued idle timeouts without the wait for others. */
const flush = () => near.store.beforeApplicationShutdown();

async function serveFor(milliseconds: number, session: Session): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    expect(await near.serve(session)).not.toBeNull();
    await delay(5);
  }
}

describe('the idle timeout of a session served from memory', () => {
  it('is renewed once, however often the session is served', async () => {
    const session = await dueSession();

    const { pexpire, get, pttl } = await countCommands(redis.client, async () => {
      for (let i = 0; i < 5; i += 1) {
        await serveTimes(50, session);
        await flush();
      }
    });

    expect({ pexpire, get, pttl }).toEqual({ pexpire: 1, get: undefined, pttl: undefined });
  });

  it('is renewed at most once per touch interval', async () => {
    const interval = 200;
    const source = new RedisSessionStore(redis.client, interval);
    near.close();
    near = new NearCached(redis.client, { source });
    await near.untilUp();
    const session = await dueSession();
    const startedAt = performance.now();

    const { pexpire } = await countCommands(redis.client, async () => {
      while (performance.now() < startedAt + 4 * interval) {
        await serveTimes(1, session);
        await flush();
        await delay(5);
      }
    });

    expect(pexpire).toBeGreaterThan(1);
    const intervals = (performance.now() - startedAt) / interval;
    expect(pexpire).toBeLessThanOrEqual(Math.ceil(intervals));
  });

  it('is renewed once for each of many sessions', async () => {
    const sessions: Session[] = [];
    for (let i = 0; i < 20; i += 1) sessions.push(await dueSession());

    const { pexpire } = await countCommands(redis.client, async () => {
      for (let i = 0; i < 5; i += 1) for (const it of sessions) await near.serve(it);
      await flush();
    });

    expect(pexpire).toBe(sessions.length);
  });

  it('is renewed after the request, but starts at the time of the request', async () => {
    const session = await dueSession();
    const before = await deadlineOf(session);
    const usedFrom = Date.now();
    await near.serve(session);
    const usedUntil = Date.now();
    expect(await deadlineOf(session)).toBe(before);

    await eventually(async () => (await deadlineOf(session)) !== before);

    const lastUse = (await deadlineOf(session)) - session.idleTimeout;
    // The tolerance covers rounded milliseconds on two clocks.
    expect(lastUse).toBeGreaterThanOrEqual(usedFrom - 10);
    expect(lastUse).toBeLessThanOrEqual(usedUntil + ON_ITS_WAY);
  });

  it('starts at the last of several uses', async () => {
    const session = await dueSession();
    await near.serve(session);
    await delay(100);
    const lastUsedFrom = Date.now();
    await near.serve(session);

    await flush();

    const lastUse = (await deadlineOf(session)) - session.idleTimeout;
    expect(lastUse).toBeGreaterThanOrEqual(lastUsedFrom - 10);
  });

  it('is not renewed by a read without a use, such as one answered 403', async () => {
    const session = await dueSession();
    const before = await deadlineOf(session);

    const { pexpire } = await countCommands(redis.client, async () => {
      for (let i = 0; i < 10; i += 1) await near.store.find(session.id);
      await flush();
    });

    expect(pexpire).toBeUndefined();
    expect(await deadlineOf(session)).toBe(before);
  });

  it('ignores a later read without a use', async () => {
    const session = await dueSession();
    const before = await deadlineOf(session);
    await near.serve(session);
    const usedUntil = Date.now();
    await delay(700);
    await near.store.find(session.id);

    await flush();

    expect(await deadlineOf(session)).not.toBe(before);
    expect((await deadlineOf(session)) - session.idleTimeout).toBeLessThanOrEqual(
      usedUntil + ON_ITS_WAY,
    );
  });

  it('keeps the session in memory longer once it is renewed', async () => {
    const session = sampleSession();
    await new RedisIssuerSessionStore(redis.client).insert(session);
    await redis.client.pexpire(clockOf(session), 600);
    const firstDeadline = performance.now() + 600;
    await near.remember(session);
    await near.serve(session);
    await flush();

    const { misses } = near.counters;
    while (performance.now() < firstDeadline + 50) {
      expect(near.inMemory(session.id)).not.toBeNull();
      await delay(5);
    }
    expect(near.counters.misses).toBe(misses);
  });

  it('is renewed in time when it is about to expire', async () => {
    const session = sampleSession();
    await new RedisIssuerSessionStore(redis.client).insert(session);
    await redis.client.pexpire(clockOf(session), 600);
    const firstDeadline = performance.now() + 600;
    await near.remember(session);

    await near.serve(session);
    await eventually(() => performance.now() > firstDeadline);

    expect(await near.store.find(session.id)).not.toBeNull();
    expect(await near.store.find(session.id, { fresh: true })).not.toBeNull();
  });

  it('does not expire while a session with a short idle timeout is in use', async () => {
    const session = sampleSession({ idleTimeout: 800 });
    await new RedisIssuerSessionStore(redis.client).insert(session);

    await serveFor(1_700, session);
  });
});

describe('a renewal', () => {
  it('of a session that ended elsewhere restores nothing, and drops the session', async () => {
    const session = await dueSession();
    await near.serve(session);
    // Redis sends no invalidation for an idle clock.
    await redis.client.del(clockOf(session));
    expect(near.inMemory(session.id)).not.toBeNull();

    await flush();

    expect(near.inMemory(session.id)).toBeNull();
    expect(await redis.client.exists(clockOf(session))).toBe(0);
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('of a revoked session restores nothing', async () => {
    const session = await dueSession();
    await near.serve(session);

    const issuer = new RedisIssuerSessionStore(redis.client);
    await near.hearing(() => issuer.remove(session.id, session.user.id));
    await flush();

    expect(await keysOfSessions(redis.client)).toEqual([]);
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('does not shorten an idle timeout that another process renewed further', async () => {
    const session = await dueSession();
    await near.serve(session);
    await redis.client.pexpire(clockOf(session), 3_000_000);
    const granted = await deadlineOf(session);

    await flush();

    expect(await deadlineOf(session)).toBe(granted);
    expect(await near.store.find(session.id)).not.toBeNull();
  });

  describe('that Redis rejects', () => {
    // There are no replicas: with a minimum of 1, Redis rejects all writes.
    const wantReplicas = (count: number) =>
      redis.client.config('SET', 'min-replicas-to-write', String(count));

    afterEach(() => wantReplicas(0));

    it('fails no request, is logged, and is repeated with a later use', async () => {
      const session = await dueSession();
      const before = await deadlineOf(session);
      await wantReplicas(1);

      await serveTimes(10, session);
      await flush();

      expect(warnings).toHaveBeenCalledWith(
        expect.stringMatching(/^The idle timeouts of 1 sessions were not renewed: .*NOREPLICAS/),
      );
      expect(await deadlineOf(session)).toBe(before);

      await wantReplicas(0);
      await near.serve(session);
      await flush();
      expect(await deadlineOf(session)).toBeGreaterThan(before);
    });

    it('does not prevent the service from stopping', async () => {
      const session = await dueSession();
      await near.serve(session);
      await wantReplicas(1);

      await expect(near.store.beforeApplicationShutdown()).resolves.toBeUndefined();

      expect(warnings).toHaveBeenCalledTimes(1);
    });
  });

  it('that is queued is completed when the service stops', async () => {
    const session = await dueSession();
    const before = await deadlineOf(session);
    const usedFrom = Date.now();
    await near.serve(session);

    await near.store.beforeApplicationShutdown();

    expect(await deadlineOf(session)).toBeGreaterThan(before);
    expect((await deadlineOf(session)) - session.idleTimeout).toBeGreaterThanOrEqual(usedFrom - 10);
  });
});
