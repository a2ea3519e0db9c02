import { encodeSession } from '../session/session-record.js';
import { keysOfSessions, keysWithoutExpiry } from '../../test-support/key-space.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from './redis-session.store.js';

/** The layout is public: services in other languages read it. */
describe('the keys of a session in Redis', () => {
  const redis = startedRedis();
  let issuer: RedisIssuerSessionStore;

  beforeEach(() => {
    issuer = new RedisIssuerSessionStore(redis.client, { services: ['orders'] });
  });

  it('are the record, the idle clock and its places in two indexes, and no others', async () => {
    const session = sampleSession();

    await issuer.insert(session);

    expect(await keysOfSessions(redis.client)).toEqual([
      `idle:{${session.id}}`,
      expect.stringMatching(/^live-sessions:\{\d+\.\d+\}$/),
      `session:{${session.id}}`,
      'user-sessions:{u-1}',
    ]);
    expect(await redis.client.type(`session:{${session.id}}`)).toBe('string');
    expect(await redis.client.type(`idle:{${session.id}}`)).toBe('string');
    expect(await redis.client.type('user-sessions:{u-1}')).toBe('zset');
  });

  it('hold the documented JSON', async () => {
    const session = sampleSession({ data: { locale: 'de' } });
    await issuer.insert(session);

    const record = await redis.client.get(`session:{${session.id}}`);

    expect(JSON.parse(record ?? '')).toEqual({
      v: 1,
      id: session.id,
      user: { id: 'u-1', username: 'ada' },
      roles: ['orders', 'orders:write'],
      createdAt: session.createdAt,
      authenticatedAt: session.authenticatedAt,
      abs: session.absoluteExpiresAt,
      idle: session.idleTimeout,
      ua: 'Browser/1.0',
      ip: '192.0.2.7',
      data: { locale: 'de' },
    });
  });

  it('index the session by its absolute expiry', async () => {
    const session = sampleSession();

    await issuer.insert(session);

    expect(await redis.client.zrange('user-sessions:{u-1}', '0', '-1', 'WITHSCORES')).toEqual([
      session.id,
      String(session.absoluteExpiresAt),
    ]);
  });

  it('expire: record and index at the absolute timeout, the clock at the idle timeout', async () => {
    const session = sampleSession({ idleTimeout: 60_000 });

    await issuer.insert(session);

    const [record, clock, index] = await Promise.all([
      redis.client.pttl(`session:{${session.id}}`),
      redis.client.pttl(`idle:{${session.id}}`),
      redis.client.pttl('user-sessions:{u-1}'),
    ]);
    expect(record).toBeGreaterThan(60_000);
    expect(record).toBeLessThanOrEqual(3_600_000);
    expect(clock).toBeGreaterThan(0);
    expect(clock).toBeLessThanOrEqual(60_000);
    expect(index).toBeGreaterThan(60_000);
    expect(index).toBeLessThanOrEqual(3_600_000);
  });

  it('all expire, whatever is done to the session', async () => {
    const session = sampleSession();
    const other = sampleSession();
    const store = new RedisSessionStore(redis.client, 60_000);

    await issuer.insert(session);
    await issuer.insert(other);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);

    await issuer.update(session.id, (it) => it.with({ roles: [] }));
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);

    await store.touch(session);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);

    await store.add(session, { service: 'orders', name: 'coupon', value: '1' });
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);

    await issuer.remove(session.id, session.user.id, other);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
    expect(await redis.client.exists(`session-data:{${other.id}}:orders`)).toBe(1);

    await issuer.remove(other.id, null);
    expect(await keysOfSessions(redis.client)).toEqual([]);
  });

  it('never outlive the absolute timeout, except the idle clock by one idle timeout at most', async () => {
    const session = sampleSession({ idleTimeout: 7_200_000 });
    await issuer.insert(session);
    const recordEndsAt = await redis.client.pexpiretime(`session:{${session.id}}`);

    await issuer.update(session.id, (it) => it.with({ roles: ['new'] }));
    await new RedisSessionStore(redis.client, 60_000).touch(session);

    expect(await redis.client.pexpiretime(`session:{${session.id}}`)).toBe(recordEndsAt);
    // One minute of tolerance for the latency: Redis starts the timeout when the command arrives.
    expect(await redis.client.pexpiretime(`idle:{${session.id}}`)).toBeLessThan(
      Date.now() + session.idleTimeout + 60_000,
    );
  });

  it('yield no session past the absolute timeout, even while Redis still holds them', async () => {
    const session = sampleSession({ absoluteExpiresAt: Date.now() - 1 });
    await redis.client.set(`session:{${session.id}}`, encodeSession(session), 'PX', 60_000);
    await redis.client.set(`idle:{${session.id}}`, '', 'PX', 60_000);

    expect(await new RedisSessionStore(redis.client, 60_000).find(session.id)).toBeNull();
    expect(await issuer.inspect(session.id)).toBeNull();
  });

  it('hold the attributes of a service in a separate hash until the absolute timeout', async () => {
    const session = sampleSession({ idleTimeout: 60_000 });
    await issuer.insert(session);
    const store = new RedisSessionStore(redis.client, 60_000);

    await store.add(session, { service: 'orders', name: 'coupon', value: '"SPRING"' });
    await store.add(session, { service: 'orders', name: 'first', value: '1' });

    const key = `session-data:{${session.id}}:orders`;
    expect(await redis.client.hgetall(key)).toEqual({ coupon: '"SPRING"', first: '1' });
    expect(await redis.client.pttl(key)).toBeGreaterThan(60_000);
    expect(await redis.client.pexpiretime(key)).toBeLessThan(session.absoluteExpiresAt + 60_000);
  });

  it('are all removed by a replacement even when the attributes have the wrong type', async () => {
    const [session, successor] = [sampleSession(), sampleSession()];
    await issuer.insert(session);
    await issuer.insert(successor);
    await redis.client.set(`session-data:{${session.id}}:orders`, 'no hash', 'PX', 60_000);

    expect(await issuer.remove(session.id, session.user.id, successor)).not.toBeNull();

    expect(await redis.client.keys(`*${session.id}*`)).toEqual([]);
    expect(await redis.client.exists(`session-data:{${successor.id}}:orders`)).toBe(0);
  });

  it('are not created by an attribute that is added too late', async () => {
    const session = sampleSession();
    await issuer.insert(session);
    await issuer.remove(session.id, null);

    await new RedisSessionStore(redis.client, 60_000).add(session, {
      service: 'orders',
      name: 'coupon',
      value: '1',
    });

    expect(await keysOfSessions(redis.client)).toEqual([]);
  });

  it('keep the index as long as its longest session, in any order of creation', async () => {
    const now = Date.now();
    const hours = (count: number) =>
      sampleSession({ absoluteExpiresAt: now + count * 3_600_000, idleTimeout: 60_000 });

    await issuer.insert(hours(1));
    await issuer.insert(hours(3));
    await issuer.insert(hours(2));

    expect(await redis.client.pexpiretime('user-sessions:{u-1}')).toBeGreaterThanOrEqual(
      now + 3 * 3_600_000,
    );
  });

  it('lose their index entry even when the session itself is already gone', async () => {
    const session = sampleSession();
    await issuer.insert(session);
    await redis.client.del(`session:{${session.id}}`, `idle:{${session.id}}`);

    await issuer.remove(session.id, 'u-1');

    expect(await keysOfSessions(redis.client)).toEqual([]);
  });

  it('are all removed when the only session ends', async () => {
    const session = sampleSession();
    await issuer.insert(session);

    await issuer.remove(session.id, null);

    expect(await keysOfSessions(redis.client)).toEqual([]);
  });
});
