import { InstanceReporter } from '../instance-reporter.js';
import { SAMPLE_REPORT } from './sample-report.js';
import { Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { eachRow } from '../../../../../tools/testing/each-row.js';
import { eventually } from '../../../../../tools/testing/eventually.js';
import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import { createRedisClient, type RedisTarget, whenReady } from '../../store/redis-client.js';
import { SessionCounters } from '../../store/session-counters.js';
import { patientClient } from '../../../test-support/patient-client.js';
import {
  type AccessCatalogue,
  digestOfCatalogue,
  encodeAccessCatalogue,
} from '../access-catalogue.js';
import { RedisAccessCatalogueStore } from '../redis-access-catalogue.store.js';

const DAY = 24 * 60 * 60 * 1_000;

const catalogueWith = (...paths: string[]): AccessCatalogue => ({
  service: 'orders',
  router: 'express',
  routes: paths.map((path) => ({
    method: 'GET',
    path,
    isConditional: false,
    isPublic: false,
    anyOf: [],
    isFresh: false,
  })),
});

/** Redis of some topology, and how the tests stop it. */
export interface RedisTopology {
  readonly target: RedisTarget;
  stop(): Promise<void>;
}

/** Contract of catalogues in Redis, for every topology. */
export function describeRedisCatalogues(name: string, start: () => Promise<RedisTopology>): void {
  describe(`catalogues in Redis ${name}`, () => {
    let topology: RedisTopology;
    let client: Redis | Cluster;
    let store: RedisAccessCatalogueStore;

    beforeAll(async () => {
      topology = await start();
      client = patientClient(topology.target);
      expect(await whenReady(client, 10_000)).toBeNull();
    }, 60_000);
    afterAll(async () => {
      client.disconnect();
      await topology.stop();
    });

    beforeEach(async () => {
      jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
      await client.del('access:orders');
      store = new RedisAccessCatalogueStore(client);
    });

    afterEach(() => {
      jest.restoreAllMocks();
    });

    it('are found as they were published', async () => {
      expect(await store.find('orders')).toBeNull();
      await store.publish(catalogueWith('/a', '/b'));
      const found = await store.find('orders');
      expect(found?.catalogue).toEqual(catalogueWith('/a', '/b'));
      expect(found?.seenAt).toBeGreaterThanOrEqual(found?.publishedAt ?? NaN);
      expect(found?.publishedAt).toBeLessThanOrEqual(Date.now());
      expect(await store.find('products')).toBeNull();
    });

    it('are replaced as a whole, and found as one object while they stay', async () => {
      await store.publish(catalogueWith('/a', '/b'));
      const first = await store.find('orders');
      await store.keepAlive('orders');
      expect((await store.find('orders'))?.catalogue).toBe(first?.catalogue);
      await store.publish(catalogueWith('/c'));
      expect((await store.find('orders'))?.catalogue).toEqual(catalogueWith('/c'));
    });

    it('are kept alive, but never created, by a heartbeat', async () => {
      expect(await store.keepAlive('orders')).toBeNull();
      expect(await client.exists('access:orders')).toBe(0);
      await store.publish(catalogueWith('/a'));
      await client.hset('access:orders', 'seenAt', 1);
      expect(await store.keepAlive('orders')).toEqual({
        digest: digestOfCatalogue(encodeAccessCatalogue(catalogueWith('/a'))),
      });
      const found = await store.find('orders');
      expect(found?.seenAt).toBeGreaterThanOrEqual(found?.publishedAt ?? NaN);
    });

    it('carry the reports of the instances that send heartbeats', async () => {
      const reporters = ['host:1', 'host:2', 'host:3'].map(
        (name) => new InstanceReporter(() => SAMPLE_REPORT, name),
      );
      const beat = async () => {
        for (const reporter of reporters) await store.keepAlive('orders', reporter);
      };
      await beat();
      expect(await client.exists('access:orders')).toBe(0);
      await store.publish(catalogueWith('/a'));
      expect(await store.findReports('orders')).toEqual([]);
      // An instance that finds its slot taken has another one from then on.
      await eventually(async () => {
        await beat();
        return (await store.findReports('orders')).length === 3;
      });
      const found = await store.findReports('orders');
      expect(found.map(({ instance }) => instance).sort()).toEqual(['host:1', 'host:2', 'host:3']);
      expect(found[0]).toMatchObject(SAMPLE_REPORT);
      expect(await client.pttl('access:orders')).toBeGreaterThan(DAY - 60_000);

      await client.hset('access:orders', ...reporters.flatMap(({ field }) => [field, '{}']));
      expect(await store.findReports('orders')).toEqual([]);
      await client.del('access:orders');
      await client.set('access:orders', 'text');
      expect(await store.findReports('orders')).toEqual([]);
    });

    it('take the age of a service from the Redis clock, not from its own', async () => {
      const before = Date.now();
      await store.publish(catalogueWith('/a'));
      for (const stated of [1, Date.now() + 61 * 60_000]) {
        await client.hset('access:orders', 'seenAt', stated);
        const { seenAt = NaN } = (await store.find('orders')) ?? {};
        expect(seenAt).toBeGreaterThanOrEqual(before);
        expect(seenAt).toBeLessThanOrEqual(Date.now());
      }
      await client.pexpire('access:orders', DAY - 60_000);
      const { seenAt = NaN } = (await store.find('orders')) ?? {};
      expect(seenAt).toBeLessThanOrEqual(Date.now() - 60_000);
    });

    it('are published again when only the heartbeat is left', async () => {
      await client.hset('access:orders', 'seenAt', Date.now());
      expect(await store.keepAlive('orders')).toBeNull();
      expect(await store.find('orders')).toBeNull();
    });

    it('expire a day after the last heartbeat', async () => {
      const left = () => client.pttl('access:orders');
      await store.publish(catalogueWith('/a'));
      expect(await left()).toBeGreaterThan(DAY - 60_000);
      await client.pexpire('access:orders', 60_000);
      await store.keepAlive('orders');
      expect(await left()).toBeGreaterThan(DAY - 60_000);
      await client.persist('access:orders');
      await store.publish(catalogueWith('/a'));
      expect(await left()).toBeGreaterThan(0);
    });

    const malformed: [what: string, fields: Record<string, string>][] = [
      ['no JSON', { catalogue: '{', publishedAt: '1', seenAt: '1' }],
      ['another version', { catalogue: '{"v":2}', publishedAt: '1', seenAt: '1' }],
      [
        'the catalogue of another service',
        {
          catalogue: encodeAccessCatalogue({ ...catalogueWith(), service: 'auth' }),
          publishedAt: '1',
          seenAt: '1',
        },
      ],
      ['no time', { catalogue: encodeAccessCatalogue(catalogueWith()), publishedAt: '1' }],
      [
        'no number',
        { catalogue: encodeAccessCatalogue(catalogueWith()), publishedAt: '1', seenAt: '1e3' },
      ],
      [
        'no end',
        { catalogue: encodeAccessCatalogue(catalogueWith()), publishedAt: '1', seenAt: '1' },
      ],
    ];

    it('are ignored and counted once when they are malformed', () =>
      eachRow(
        malformed,
        async ([what, fields]) => {
          const rowCounters = new SessionCounters();
          const rowStore = new RedisAccessCatalogueStore(client, rowCounters);
          await client.del('access:orders');
          await client.hset('access:orders', fields);
          if (what !== 'no end') await client.pexpire('access:orders', DAY);
          expect(await rowStore.find('orders')).toBeNull();
          expect(await rowStore.find('orders')).toBeNull();
          expect(rowCounters.malformedRecords).toBe(1);
        },
        ([what]) => what,
      ));

    it('stay in force when a malformed catalogue is published after them, which is logged once', async () => {
      const warn = jest.spyOn(Logger.prototype, 'warn');
      await store.publish(catalogueWith('/a'));
      await store.find('orders');
      await client.hset('access:orders', 'catalogue', '{"v":2}');

      const found = await store.find('orders');
      await store.find('orders');

      expect(found?.catalogue).toEqual(catalogueWith('/a'));
      expect(found?.seenAt).toBeGreaterThanOrEqual(found?.publishedAt ?? NaN);
      expect(warn.mock.calls.flat()).toEqual([
        expect.stringMatching(
          /^access:orders is not a catalogue.*the previous catalogue stays in force.*'orders'/,
        ),
      ]);
      await store.publish(catalogueWith('/b'));
      expect((await store.find('orders'))?.catalogue).toEqual(catalogueWith('/b'));
    });

    it('are found once their times can be read', async () => {
      await store.publish(catalogueWith('/a'));
      await client.hset('access:orders', 'seenAt', 'x');
      expect(await store.find('orders')).toBeNull();
      await client.hset('access:orders', 'seenAt', Date.now());
      expect((await store.find('orders'))?.catalogue).toEqual(catalogueWith('/a'));
    });

    it('are ignored when their key has another type', async () => {
      await client.set('access:orders', 'x', 'PX', 60_000);
      expect(await store.find('orders')).toBeNull();
      await expect(store.publish(catalogueWith())).rejects.toThrow(SessionStoreUnavailableError);
      await expect(store.keepAlive('orders')).rejects.toThrow(SessionStoreUnavailableError);
    });

    it('are unknown while Redis is away', async () => {
      const away = createRedisClient(topology.target);
      await whenReady(away, 10_000);
      away.disconnect();
      const closed = new RedisAccessCatalogueStore(away);
      await expect(closed.find('orders')).rejects.toThrow(SessionStoreUnavailableError);
      await expect(closed.publish(catalogueWith())).rejects.toThrow(SessionStoreUnavailableError);
      await expect(closed.keepAlive('orders')).rejects.toThrow(SessionStoreUnavailableError);
    });
  });
}
