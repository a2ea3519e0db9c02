import type { Redis } from 'ioredis';
import { keysWithoutExpiry } from '../../test-support/key-space.js';
import { managerOf } from '../../test-support/manager-of.js';
import { NearCached } from '../../test-support/near-cached.js';
import { patientClient } from '../../test-support/patient-client.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { whenReady } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import type { NewSession } from './session.manager.js';
import { storesIn } from './test-support/issuing-process.js';
import { describeSessionUpdates } from './test-support/session-updates.contract.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

const redis = startedRedis();

describeSessionUpdates('Redis', { open: () => storesIn(redis.client) });

describe('a changed session in Redis', () => {
  it('keeps its times to live', async () => {
    const manager = managerOf(new RedisIssuerSessionStore(redis.client), { rotationGrace: '10s' });
    const { session } = await manager.create(ada);
    await manager.rotate(session.id, {}, { grace: true });
    const [record, idle] = [`session:{${session.id}}`, `idle:{${session.id}}`];
    await redis.client.pexpire(record, 5_000);
    await redis.client.pexpire(idle, 4_000);

    await manager.updateData(session.id, () => ({ locale: 'de' }));
    await manager.updateUser('u-1', { username: 'countess' });

    expect(JSON.parse((await redis.client.get(record)) ?? '')).toMatchObject({
      user: { username: 'countess' },
      data: { locale: 'de' },
    });
    expect(await redis.client.pttl(record)).toBeLessThanOrEqual(5_000);
    expect(await redis.client.pttl(idle)).toBeLessThanOrEqual(4_000);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
  });
});

describe('a changed session in a near-cache of another process', () => {
  let admin: Redis;
  let near: NearCached;

  beforeAll(async () => {
    admin = patientClient(redis.url);
    await whenReady(admin, 10_000);
  });

  afterAll(() => {
    admin.disconnect();
  });

  beforeEach(async () => {
    near = new NearCached(redis.client);
    await near.untilUp();
  });

  afterEach(() => {
    near.close();
  });

  it('is served as changed, with data and user', async () => {
    const manager = managerOf(new RedisIssuerSessionStore(admin));
    const { session } = await near.hearing(() => manager.create(ada));
    await near.remember(session);

    await manager.updateData(session.id, () => ({ locale: 'de' }));
    await manager.updateUser('u-1', { username: 'countess' });

    await eventually(() => near.inMemory(session.id)?.user.username === 'countess');
    expect(near.inMemory(session.id)?.data).toEqual({ locale: 'de' });
  });
});
