import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import { RedisSessionStore } from '../store/redis-session.store.js';
import { keysWithoutExpiry } from '../../test-support/key-space.js';
import { managerOf } from '../../test-support/manager-of.js';
import { startedRedis } from '../../test-support/started-redis.js';
import type { NewSession } from './session.manager.js';
import { storesIn } from './test-support/issuing-process.js';
import { describeSessionManagerGrace } from './test-support/session-manager-grace.contract.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

const redis = startedRedis();

describeSessionManagerGrace('Redis', {
  open: () => storesIn(redis.client),
  skip: () => undefined,
});

describe('a superseded session in Redis', () => {
  const services = { services: ['orders'] };

  it('leaves no key that outlasts the grace or has no expiry', async () => {
    const store = new RedisIssuerSessionStore(redis.client, services);
    const reader = new RedisSessionStore(redis.client, 60_000);
    const manager = managerOf(store, { ...services, rotationGrace: '10s' });
    const { session } = await manager.create(ada);
    await reader.add(session, { service: 'orders', name: 'coupon', value: '1' });

    await manager.rotate(session.id, {}, { grace: true });
    // A late attribute, under a service name that no rotation knows.
    await reader.add(session, { service: 'other', name: 'late', value: '1' });

    const keys = await redis.client.keys(`*{${session.id}}*`);
    expect(keys.sort()).toEqual([
      `idle:{${session.id}}`,
      `session-data:{${session.id}}:orders`,
      `session:{${session.id}}`,
    ]);
    for (const key of keys) expect(await redis.client.pttl(key)).toBeLessThanOrEqual(10_000);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
    const score = await redis.client.zscore('user-sessions:{u-1}', session.id);
    expect(Number(score)).toBeLessThanOrEqual(Date.now() + 10_000);
  });
});
