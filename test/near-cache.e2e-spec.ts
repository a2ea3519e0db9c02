import { setTimeout as delay } from 'node:timers/promises';
import { nearCacheSuite } from './support/near-cache.suite';
import {
  grantedRedis,
  NEAR_CACHE,
  statuses,
  statusOf,
  untilBoth,
  untilServedFromMemory,
} from './support/near-cached-system';
import { System } from './support/system';

describe('the near-cache, on express', () => {
  nearCacheSuite('express');
});

describe('timeouts with the near-cache', () => {
  const IDLE = 3_000;
  let system: System;

  beforeAll(async () => {
    system = await System.startOn(grantedRedis, 'fastify', {
      ...NEAR_CACHE,
      SESSION_IDLE_TIMEOUT: `${IDLE}ms`,
      SESSION_ABSOLUTE_TIMEOUT: '10s',
    });
  });
  afterAll(() => system.stop());

  it('end an unused session', async () => {
    const token = await system.signIn('alice');
    await untilServedFromMemory(system, token);
    await delay(IDLE + 100);
    expect(await statuses(system, token)).toEqual([401, 401]);
  });

  it('keep a used session, but not past its absolute timeout', async () => {
    const signedInAt = performance.now();
    const token = await system.signIn('alice');
    while (performance.now() - signedInAt < 2 * IDLE) {
      expect(await statusOf(system, 'orders', token)).toBe(200);
      await delay(200);
    }
    // Products reads the session only now, which fails if orders has not renewed the idle timeout in Redis.
    expect(await statusOf(system, 'products', token)).toBe(200);
    await untilBoth(system, token, 401);
    expect(await statusOf(system, 'auth', token)).toBe(401);
  });
});
