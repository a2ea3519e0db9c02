import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { IssuerSessionStore } from '../store/issuer-session.store';
import { MemorySessionStore } from '../store/memory-session.store';
import { createRedisClient, whenReady } from '../store/redis-client';
import { RedisIssuerSessionStore } from '../store/redis-issuer-session.store';
import { eventually } from '../../../../tools/testing/eventually';
import { managerOf } from '../testing/manager-of';
import { fieldsOf } from '../testing/sample-session';
import { startedRedis } from '../testing/started-redis';
import { isToken, sessionIdOf } from '../token/session-token';
import type { SessionIssuerModuleOptions } from './session-issuer.options';
import type { NewSession, SessionManager } from './session.manager';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };
const eve: NewSession = { user: { id: 'u-2', username: 'eve' }, roles: ['products'] };

const redis = startedRedis();

const stores: [name: string, open: () => IssuerSessionStore][] = [
  ['Redis', () => new RedisIssuerSessionStore(redis.client)],
  ['memory', () => new MemorySessionStore()],
];

describe.each(stores)('SessionManager on %s', (_, open) => {
  let store: IssuerSessionStore;
  let manager: SessionManager;

  beforeEach(() => {
    store = open();
    manager = managerWith();
  });

  function managerWith(options: SessionIssuerModuleOptions = {}): SessionManager {
    return managerOf(store, options);
  }

  /** Signs in so that the next one is later: two sign-ins of one millisecond have no order. */
  async function signIn(from: NewSession, by = manager): Promise<string> {
    const { session } = await by.create(from);
    await eventually(() => Date.now() > session.createdAt);
    return session.id;
  }

  async function idsOf(userId: string): Promise<string[]> {
    return (await manager.listByUser(userId)).map(({ session }) => session.id);
  }

  describe('create', () => {
    it('gives a token that leads to the session that is stored', async () => {
      const { token, session } = await manager.create(ada);

      expect(isToken(token)).toBe(true);
      expect(session.id).toBe(sessionIdOf(token));
      expect(fieldsOf((await manager.find(session.id))?.session ?? null)).toEqual(
        fieldsOf(session),
      );
    });

    it('keeps who it is, what they may do and where they came from', async () => {
      const { session } = await manager.create({
        ...ada,
        userAgent: 'Browser/1.0',
        ip: '192.0.2.7',
        data: { locale: 'de' },
      });

      expect(fieldsOf(session)).toMatchObject({
        user: { id: 'u-1', username: 'ada' },
        roles: ['orders'],
        userAgent: 'Browser/1.0',
        ip: '192.0.2.7',
        data: { locale: 'de' },
      });
    });

    it('does without what it is not told', async () => {
      const { session } = await manager.create(ada);

      expect(fieldsOf(session)).toMatchObject({ userAgent: null, ip: null, data: {} });
    });

    it('sets both timeouts as configured', async () => {
      const { session } = await managerWith({ idleTimeout: '5m', absoluteTimeout: '1h' }).create(
        ada,
      );

      expect(session.idleTimeout).toBe(300_000);
      expect(session.absoluteExpiresAt).toBe(session.createdAt + 3_600_000);
      expect(session.authenticatedAt).toBe(session.createdAt);
    });

    it('keeps the beginning of a long user agent', async () => {
      const { session } = await manager.create({ ...ada, userAgent: 'x'.repeat(100_000) });

      expect(session.userAgent).toBe('x'.repeat(256));
      expect((await manager.find(session.id))?.session.userAgent).toBe('x'.repeat(256));
    });

    it('keeps a session whose user agent is cut within a character', async () => {
      const { session } = await manager.create({ ...ada, userAgent: `${'x'.repeat(255)}𝄞` });

      expect((await manager.find(session.id))?.session.userAgent).toBe(session.userAgent);
    });

    it('never gives the same token twice', async () => {
      const issued = await Promise.all(Array.from({ length: 10 }, () => manager.create(ada)));

      expect(new Set(issued.map(({ token }) => token)).size).toBe(10);
    });
  });

  describe('the limit of sessions per user', () => {
    it('ends the oldest when one more begins', async () => {
      const limited = managerWith({ maxPerUser: 2 });
      const first = await signIn(ada, limited);
      const second = await signIn(ada, limited);
      const third = await signIn(ada, limited);

      expect(await idsOf('u-1')).toEqual([third, second]);
      expect(await manager.find(first)).toBeNull();
    });

    it('holds when many begin at once, and spares none that is older', async () => {
      const limited = managerWith({ maxPerUser: 3 });
      const old = [await signIn(ada, limited), await signIn(ada, limited)];

      await Promise.all(Array.from({ length: 12 }, () => limited.create(ada)));

      const left = await idsOf('u-1');
      expect(left).toHaveLength(3);
      expect(left.filter((id) => old.includes(id))).toEqual([]);
    });

    it('leaves the new session alive when it is one', async () => {
      const limited = managerWith({ maxPerUser: 1 });
      await signIn(ada, limited);
      const last = await signIn(ada, limited);

      expect(await idsOf('u-1')).toEqual([last]);
    });

    it('counts each user alone', async () => {
      const limited = managerWith({ maxPerUser: 1 });
      const his = await signIn(ada, limited);
      const hers = await signIn(eve, limited);

      expect(await idsOf('u-1')).toEqual([his]);
      expect(await idsOf('u-2')).toEqual([hers]);
    });

    it('does not count what has ended', async () => {
      const limited = managerWith({ maxPerUser: 2 });
      const first = await signIn(ada, limited);
      const second = await signIn(ada, limited);
      await manager.revoke(second);
      const third = await signIn(ada, limited);

      expect(await idsOf('u-1')).toEqual([third, first]);
    });

    it('does not count what was not used in time', async () => {
      const brief = managerWith({ maxPerUser: 2, idleTimeout: 50 });
      const lost = await signIn(ada, brief);
      const kept = await signIn(ada, managerWith({ maxPerUser: 2 }));
      await eventually(async () => (await manager.find(lost)) === null);
      const last = await signIn(ada, managerWith({ maxPerUser: 2 }));

      expect(await idsOf('u-1')).toEqual([last, kept]);
    });
  });

  describe('rotate', () => {
    it('gives a new token and ends the old one', async () => {
      const { token, session } = await manager.create(ada);

      const rotated = await manager.rotate(session.id);

      expect(rotated?.token).not.toBe(token);
      expect(await manager.find(sessionIdOf(token))).toBeNull();
      expect(await manager.find(sessionIdOf(rotated?.token ?? ''))).not.toBeNull();
      expect(await idsOf('u-1')).toEqual([rotated?.session.id]);
    });

    it('keeps everything but the id and the time of authentication', async () => {
      const { session } = await manager.create({ ...ada, data: { locale: 'de' } });
      await eventually(() => Date.now() > session.authenticatedAt);

      const rotated = await manager.rotate(session.id);

      const { id, authenticatedAt, ...same } = fieldsOf(rotated?.session ?? null) ?? session;
      expect({ ...fieldsOf(session), id, authenticatedAt }).toEqual({
        ...same,
        id,
        authenticatedAt,
      });
      expect(authenticatedAt).toBeGreaterThan(session.authenticatedAt);
    });

    it('does not move the absolute timeout', async () => {
      const { session } = await managerWith({ absoluteTimeout: 400, idleTimeout: 400 }).create(ada);

      const rotated = await manager.rotate(session.id);

      expect(rotated?.session.absoluteExpiresAt).toBe(session.absoluteExpiresAt);
      await eventually(async () => (await manager.find(rotated?.session.id ?? '')) === null);
      expect(Date.now()).toBeGreaterThanOrEqual(session.absoluteExpiresAt);
    });

    it('takes over the roles as they are now', async () => {
      const { session } = await manager.create(ada);
      await manager.setRoles('u-1', ['orders', 'orders:write']);

      const rotated = await manager.rotate(session.id);

      expect(rotated?.session.roles).toEqual(['orders', 'orders:write']);
    });

    it('gives nothing for a session that is gone, and makes none', async () => {
      const { session } = await manager.create(ada);
      await manager.revoke(session.id);

      expect(await manager.rotate(session.id)).toBeNull();
      expect(await idsOf('u-1')).toEqual([]);
    });

    it('gives one token when it is asked for many at once', async () => {
      const { session } = await manager.create(ada);

      const rotations = await Promise.all(
        Array.from({ length: 10 }, () => manager.rotate(session.id)),
      );

      const won = rotations.filter((rotation) => rotation !== null);
      expect(won).toHaveLength(1);
      expect(await idsOf('u-1')).toEqual([won[0]?.session.id]);
    });
  });

  describe('revoke', () => {
    it('ends the session and says which it was', async () => {
      const { session } = await manager.create(ada);

      expect((await manager.revoke(session.id))?.id).toBe(session.id);
      expect(await manager.find(session.id)).toBeNull();
      expect(await idsOf('u-1')).toEqual([]);
    });

    it('may be repeated', async () => {
      const { session } = await manager.create(ada);
      await manager.revoke(session.id);

      expect(await manager.revoke(session.id)).toBeNull();
    });

    it('ends no other session', async () => {
      const first = await signIn(ada);
      const second = await signIn(ada);
      const other = await signIn(eve);

      await manager.revoke(first);

      expect(await idsOf('u-1')).toEqual([second]);
      expect(await idsOf('u-2')).toEqual([other]);
    });
  });

  describe('revokeAll', () => {
    it('ends every session of the user, of nobody else, and counts them', async () => {
      await Promise.all([manager.create(ada), manager.create(ada), manager.create(ada)]);
      const other = await signIn(eve);

      expect(await manager.revokeAll('u-1')).toBe(3);
      expect(await idsOf('u-1')).toEqual([]);
      expect(await idsOf('u-2')).toEqual([other]);
    });

    it('spares the one that is excepted', async () => {
      await signIn(ada);
      const kept = await signIn(ada);
      await signIn(ada);

      expect(await manager.revokeAll('u-1', { except: kept })).toBe(2);
      expect(await idsOf('u-1')).toEqual([kept]);
    });

    it('spares nobody for an exception that is no session of the user', async () => {
      await signIn(ada);
      const other = await signIn(eve);

      expect(await manager.revokeAll('u-1', { except: other })).toBe(1);
      expect(await idsOf('u-1')).toEqual([]);
    });

    it('has nothing to do for a user without sessions', async () => {
      expect(await manager.revokeAll('nobody')).toBe(0);
    });

    it('does not count what had ended by itself', async () => {
      const brief = managerWith({ idleTimeout: 50 });
      const lost = await signIn(ada, brief);
      await signIn(ada);
      await eventually(async () => (await manager.find(lost)) === null);

      expect(await manager.revokeAll('u-1')).toBe(1);
    });
  });

  describe('listByUser', () => {
    it('lists the latest sign-in first, with what each was made from', async () => {
      const first = await signIn({ ...ada, userAgent: 'One/1.0' });
      const second = await signIn({ ...ada, userAgent: 'Two/1.0' });

      const list = await manager.listByUser('u-1');

      expect(list.map(({ session }) => [session.id, session.userAgent])).toEqual([
        [second, 'Two/1.0'],
        [first, 'One/1.0'],
      ]);
    });

    it('leaves out what has run out', async () => {
      const lost = await signIn(ada, managerWith({ idleTimeout: 50 }));
      const kept = await signIn(ada);
      await eventually(async () => (await manager.find(lost)) === null);

      expect(await idsOf('u-1')).toEqual([kept]);
    });

    it('drops from the index what is gone', async () => {
      const lost = await signIn(ada, managerWith({ idleTimeout: 50 }));
      const kept = await signIn(ada);
      await eventually(async () => (await manager.find(lost)) === null);

      await manager.listByUser('u-1');

      expect(await store.idsOf('u-1')).toEqual([kept]);
    });

    it('does not count as use', async () => {
      const brief = managerWith({ idleTimeout: 100 });
      const { session } = await brief.create(ada);

      await eventually(async () => (await manager.listByUser('u-1')).length === 0);

      expect(await manager.find(session.id)).toBeNull();
    });
  });

  describe('setRoles', () => {
    it('gives every session of the user these roles, and no others', async () => {
      const first = await signIn(ada);
      const second = await signIn({ ...ada, roles: ['admin'] });

      expect(await manager.setRoles('u-1', ['products'])).toBe(2);
      expect((await manager.find(first))?.session.roles).toEqual(['products']);
      expect((await manager.find(second))?.session.roles).toEqual(['products']);
    });

    it('takes all roles with none', async () => {
      const id = await signIn(ada);

      await manager.setRoles('u-1', []);

      expect((await manager.find(id))?.session.roles).toEqual([]);
    });

    it('leaves other users alone', async () => {
      const other = await signIn(eve);

      expect(await manager.setRoles('u-1', ['admin'])).toBe(0);
      expect((await manager.find(other))?.session.roles).toEqual(['products']);
    });

    it('changes nothing but the roles', async () => {
      const { session } = await manager.create({ ...ada, ip: '192.0.2.7' });

      await manager.setRoles('u-1', ['products']);

      expect(fieldsOf((await manager.find(session.id))?.session ?? null)).toEqual({
        ...fieldsOf(session),
        roles: ['products'],
      });
    });

    it('does not count what had ended by itself', async () => {
      const lost = await signIn(ada, managerWith({ idleTimeout: 50 }));
      await signIn(ada);
      await eventually(async () => (await manager.find(lost)) === null);

      expect(await manager.setRoles('u-1', ['products'])).toBe(1);
    });
  });
});

describe('a rotation that fails half-way', () => {
  it('leaves no session that nobody has a token for', async () => {
    class FailingStore extends MemorySessionStore {
      override replace(): Promise<never> {
        return Promise.reject(new SessionStoreUnavailableError());
      }
    }
    const store = new FailingStore();
    const manager = managerOf(store);
    const { session } = await manager.create(ada);

    await expect(manager.rotate(session.id)).rejects.toThrow(SessionStoreUnavailableError);

    expect(await store.idsOf('u-1')).toEqual([session.id]);
  });
});

describe('SessionManager and the index in Redis', () => {
  it('heals entries whose sessions were never there', async () => {
    const manager = managerOf(new RedisIssuerSessionStore(redis.client));
    const { session } = await manager.create(ada);
    await redis.client.zadd('user-sessions:{u-1}', Date.now() + 60_000, sessionIdOf('nothing'));

    await manager.listByUser('u-1');

    expect(await redis.client.zrange('user-sessions:{u-1}', '0', '-1')).toEqual([session.id]);
  });

  it('comes to an end with entries that no session belongs to', async () => {
    const manager = managerOf(new RedisIssuerSessionStore(redis.client));
    await redis.client.zadd('user-sessions:{u-1}', Date.now() + 60_000, sessionIdOf('nothing'));

    expect(await manager.setRoles('u-1', ['products'])).toBe(0);
    expect(await manager.revokeAll('u-1')).toBe(0);
    expect(await redis.client.keys('*')).toEqual([]);
  });
});

describe('SessionManager while Redis is away', () => {
  it('throws from every method that the store is unavailable', async () => {
    const own = await RedisServer.start();
    const away = createRedisClient({ port: own.port, disconnectTimeout: 50 });
    away.on('error', () => undefined);
    await whenReady(away, 10_000);
    await own.stop();
    const manager = managerOf(new RedisIssuerSessionStore(away));
    const id = sessionIdOf('any');

    for (const attempt of [
      manager.create(ada),
      manager.rotate(id),
      manager.find(id),
      manager.revoke(id),
      manager.revokeAll('u-1'),
      manager.listByUser('u-1'),
      manager.setRoles('u-1', []),
    ]) {
      await expect(attempt).rejects.toThrow(SessionStoreUnavailableError);
    }
    away.disconnect();
  });
});
