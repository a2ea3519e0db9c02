import { keysOfSessions } from '../../test-support/key-space.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { createRedisClient, whenReady } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import { managerOf } from '../../test-support/manager-of.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { sessionIdOf } from '../token/session-token.js';
import { inBatches } from '../common/in-batches.js';
import type { NewSession } from './session.manager.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

const redis = startedRedis();

describe('SessionManager and the index in Redis', () => {
  it('removes entries without a session', async () => {
    const manager = managerOf(new RedisIssuerSessionStore(redis.client));
    const { session } = await manager.create(ada);
    await redis.client.zadd('user-sessions:{u-1}', Date.now() + 60_000, sessionIdOf('nothing'));

    await manager.listByUser('u-1');

    expect(await redis.client.zrange('user-sessions:{u-1}', '0', '-1')).toEqual([session.id]);
  });

  it('completes setRoles and revokeAll on entries without a session', async () => {
    const manager = managerOf(new RedisIssuerSessionStore(redis.client));
    await redis.client.zadd('user-sessions:{u-1}', Date.now() + 60_000, sessionIdOf('nothing'));

    expect(await manager.setRoles('u-1', ['products'])).toBe(0);
    expect(await manager.revokeAll('u-1')).toBe(0);
    expect(await keysOfSessions(redis.client)).toEqual([]);
  });
});

describe('SessionManager with 4,000 sessions of one user', () => {
  const MANY = 4_000;

  /** Counts the sessions that are processed at the same time. */
  class CountingStore extends RedisIssuerSessionStore {
    most = 0;
    #now = 0;

    override inspect(...args: Parameters<RedisIssuerSessionStore['inspect']>) {
      return this.#counted(super.inspect(...args));
    }

    override update(...args: Parameters<RedisIssuerSessionStore['update']>) {
      return this.#counted(super.update(...args));
    }

    override remove(...args: Parameters<RedisIssuerSessionStore['remove']>) {
      return this.#counted(super.remove(...args));
    }

    async #counted<T>(work: Promise<T>): Promise<T> {
      this.#now += 1;
      this.most = Math.max(this.most, this.#now);
      try {
        return await work;
      } finally {
        this.#now -= 1;
      }
    }
  }

  // The time limit of a command starts when it is sent: thousands at once would make each other late.
  it('lists, changes and revokes all of them, a few at a time', async () => {
    const store = new CountingStore(redis.client);
    const manager = managerOf(store, { maxPerUser: MANY });
    const sessions = Array.from({ length: MANY }, () => sampleSession());
    await inBatches(sessions, (session) => store.insert(session));

    expect(await manager.listByUser('u-1')).toHaveLength(MANY);
    expect(await manager.setRoles('u-1', ['new'])).toBe(MANY);
    expect(await manager.revokeAll('u-1')).toBe(MANY);
    expect(await redis.client.keys('session:*')).toEqual([]);
    expect(store.most).toBeLessThanOrEqual(50);
  });
});

describe('SessionManager while Redis is down', () => {
  it('throws SessionStoreUnavailableError from every method', async () => {
    const way = await FaultyProxy.to(redis.server.port);
    const away = createRedisClient({ port: way.port, disconnectTimeout: 50 });
    away.on('error', () => undefined);
    expect(await whenReady(away, 10_000)).toBeNull();
    await way.refuse();
    const manager = managerOf(new RedisIssuerSessionStore(away));
    const id = sessionIdOf('any');

    const attempts = [
      manager.create(ada),
      manager.rotate(id),
      manager.find(id),
      manager.revoke(id),
      manager.revokeAll('u-1'),
      manager.listByUser('u-1'),
      manager.setRoles('u-1', []),
    ];
    await Promise.all(
      attempts.map((attempt) => expect(attempt).rejects.toThrow(SessionStoreUnavailableError)),
    );
    away.disconnect();
  });
});
