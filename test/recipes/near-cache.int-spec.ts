import type { INestApplication } from '@nestjs/common';
import type { NearCacheCounters } from 'nest-sessions/near-cache';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import { nearCacheCountersOf } from '../../libs/session/test-support/near-cache-counters.js';
import { killLinks } from '../../libs/session/test-support/near-cached.js';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { eventually } from '../../tools/testing/eventually.js';
import { OrdersModule } from './near-cache/orders.module.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

describe('a service with a near-cache', () => {
  const start = recipeApps();
  const redis = startedRedis();
  let app: INestApplication;
  let counters: NearCacheCounters;
  let carol: SignedInUser;

  beforeAll(async () => {
    app = await start([OrdersModule, SessionTestingModule.forRoot({ redis: redis.url })]);
    counters = nearCacheCountersOf(app);
  });

  beforeEach(async () => {
    await eventually(() => counters.isLinkUp);
    const { invalidations } = counters;
    carol = await signInAs(app, { roles: ['orders', 'orders:write'] });
    // A later invalidation would drop the session that a test has just read.
    await eventually(() => counters.invalidations > invalidations);
  });

  const list = () => clientOf(app).get('/orders').set(carol.headers);
  const create = () => clientOf(app).post('/orders').set(carol.headers);

  it('serves the second request of a session from memory', async () => {
    const { hits, misses } = counters;
    await list().expect(200);
    await list().expect(200);
    expect([counters.hits - hits, counters.misses - misses]).toEqual([1, 1]);
  });

  it('reads Redis on a @SkipCache() route, also a session in memory', async () => {
    await list().expect(200);
    const { hits, bypasses } = counters;
    await create().expect(201);
    expect([counters.hits - hits, counters.bypasses - bypasses]).toEqual([0, 1]);
  });

  it('follows a change of the session in Redis', async () => {
    await list().expect(200);
    await redis.client.del(`session:{${carol.session.id}}`);
    await create().expect(401);
    await eventually(async () => (await list()).status === 401);
  });

  it('bypasses its memory after the loss of the link, and restores the link by itself', async () => {
    await list().expect(200);
    const { linkLosses, bypasses } = counters;
    await killLinks(redis.client);
    await eventually(() => counters.linkLosses > linkLosses);
    await list().expect(200);
    expect(counters.bypasses).toBeGreaterThan(bypasses);
    await eventually(() => counters.isLinkUp);
  });
});
