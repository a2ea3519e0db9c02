import { Redis } from 'ioredis';
import { eventually } from '../tools/testing/eventually';
import { as, targetOf, tryEveryAttack } from './support/attacker';
import { GuardedRedis } from './support/guarded-redis';
import { call } from './support/http';
import { grantNearCache, RESOURCE_SERVICES } from './support/near-cache-rights';
import { NEAR_CACHE_GRANTS } from './support/redis-attacks';
import { dump } from './support/redis-dump';
import { idOf } from './support/session-key';
import { System } from './support/system';

let system: System;

beforeAll(async () => {
  system = await System.startOn(async () => {
    const redis = await GuardedRedis.start();
    await grantNearCache(redis.url);
    return redis;
  }, 'express');
});
afterAll(() => system.stop());

describe.each(RESOURCE_SERVICES)(
  'an attacker with the Redis password of %s and the near-cache permissions',
  (service) => {
    it('can neither forge nor escalate a session', async () => {
      const alice = await system.signIn('alice');
      expect(await system.statuses(alice)).toEqual([200, 200, 200]);
      const target = await targetOf(system, alice);
      const before = await dump(system.redis.url);
      await tryEveryAttack(system, service, target, NEAR_CACHE_GRANTS);
      expect(await dump(system.redis.url)).toEqual(before);
      expect(await system.statuses(target.token)).toEqual([401, 401, 401]);
      expect(await system.statuses(alice)).toEqual([200, 200, 200]);
      const order = { cookie: alice, body: { productId: 'tea', quantity: 1 } };
      expect((await call(`${system.orders.url}/orders`, order)).status).toBe(403);
      expect((await call(`${system.auth.url}/admin/users`, { cookie: alice })).status).toBe(403);
    });
  },
);

describe.each(RESOURCE_SERVICES)(
  'an eavesdropper with the Redis password of %s and the near-cache permissions',
  (service) => {
    let spy: Redis;
    const heard = new Set<string>();

    beforeAll(async () => {
      spy = new Redis(system.redis.urlOf(service), { protocol: 2, disableClientInfo: true });
      const id = String(await spy.call('CLIENT', 'ID'));
      // Without a prefix: tracks all keys, regardless of the user's permissions.
      await spy.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST');
      spy.on('messageBuffer', (_channel: Buffer, keys: Buffer[]) => {
        for (const key of keys) heard.add(key.toString());
      });
      await spy.subscribe('__redis__:invalidate');
    });
    afterAll(() => {
      spy.disconnect();
    });

    it('can read the names of all changed keys, but none of their values', async () => {
      const token = await system.signIn('bob');
      const { userId } = await targetOf(system, token);
      const names = [
        `session:{${idOf(token)}}`,
        `idle:{${idOf(token)}}`,
        `user-sessions:{${userId}}`,
      ];
      await eventually(() => names.every((name) => heard.has(name)));
      expect([...heard].join()).not.toContain(token);
      await expect(as(system, service, ['ZRANGE', names[2] ?? '', '0', '-1'])).rejects.toThrow(
        'NOPERM',
      );
    });

    it('can read and end every new session, but not sign in with it', async () => {
      const token = await system.signIn('admin');
      const key = `session:{${idOf(token)}}`;
      await eventually(() => heard.has(key));
      const record = JSON.parse(String(await as(system, service, ['GET', key]))) as { id: string };
      expect(record).toMatchObject({ user: { username: 'admin' } });
      expect(await system.statuses(record.id)).toEqual([401, 401, 401]);
      expect(await as(system, service, ['PEXPIRE', `idle:{${record.id}}`, '1'])).toBe(1);
      await eventually(async () => (await system.statuses(token)).every((it) => it === 401));
    });
  },
);
