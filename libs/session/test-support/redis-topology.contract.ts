import { Cluster, type Redis } from 'ioredis';
import { eventually } from '../../../tools/testing/eventually.js';
import { NearCachedSessionStore } from '../src/near-cache/near-cached-session.store.js';
import { SessionStoreUnavailableError } from '../src/errors/session-store-unavailable.error.js';
import { RedisSessionEventLog } from '../src/events/redis-session-event.log.js';
import { describeSessionEventLog } from '../src/events/test-support/session-event-log.contract.js';
import type { Session } from '../src/session/session.js';
import type { IssuerSessionStore } from '../src/store/issuer-session.store.js';
import { NearCacheCounters } from '../src/near-cache/near-cache.counters.js';
import { duplicateClient, type RedisTarget, whenReady } from '../src/store/redis-client.js';
import { RedisIssuerSessionStore } from '../src/issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from '../src/store/redis-session.store.js';
import { issuerSessionStoreCases } from '../src/testing/contract/session-store.contract.js';
import { patientClient } from './patient-client.js';
import { fieldsOf, sampleSession } from './sample-session.js';

/** Number of sessions: enough for each of three masters to have some. */
const SPREAD = 20;

export interface Topology {
  readonly target: RedisTarget;
  stop(): Promise<void>;
}

export interface RedisTopologyOptions {
  /** Replicas of each master. */
  readonly replicas: number;
  /** Whether to check the cases of the store contract that have the same outcome on every topology. */
  readonly withLocal: boolean;
}

/** Behaviour of all parts that use Redis, whatever the topology. */
export function describeRedisTopology(
  name: string,
  start: () => Promise<Topology>,
  { replicas, withLocal }: RedisTopologyOptions,
): void {
  describe(`Redis ${name}`, () => {
    let topology: Topology;
    let client: Redis | Cluster;

    beforeAll(async () => {
      topology = await start();
      client = patientClient(topology.target);
      expect(await whenReady(client, 10_000)).toBeNull();
    }, 60_000);

    afterAll(async () => {
      client.disconnect();
      await topology.stop();
    });

    const flush = async () => {
      const masters = client instanceof Cluster ? client.nodes('master') : [client];
      await Promise.all(masters.map((master) => master.flushall()));
    };

    const casesOf = (open: () => IssuerSessionStore) => {
      const opened = async () => {
        await flush();
        return open();
      };
      return issuerSessionStoreCases({ open: opened }).filter(
        ({ isLocal }) => withLocal || !isLocal,
      );
    };
    const services = ['orders', 'products'];

    describe('without a near-cache', () => {
      it.each(casesOf(() => new RedisIssuerSessionStore(client, { services })))(
        '$name',
        ({ run }) => run(),
      );
    });

    describe('with a near-cache', () => {
      const counters = new NearCacheCounters();
      let cached: NearCachedSessionStore;

      beforeAll(async () => {
        const limits = { maxStaleness: 1_000, maxEntries: 100 };
        const source = new RedisSessionStore(client, 60_000);
        cached = new NearCachedSessionStore(client, source, limits, counters);
        await eventually(() => counters.isLinkUp);
      });

      afterAll(() => {
        cached.onApplicationShutdown();
      });

      it.each(casesOf(() => new RedisIssuerSessionStore(client, { services, reads: cached })))(
        '$name',
        ({ run }) => run(),
      );

      it('serves a cached session without asking Redis', async () => {
        await flush();
        const session = sampleSession();
        await new RedisIssuerSessionStore(client).insert(session);
        await eventually(async () => {
          await cached.find(session.id);
          return cached.peek(session.id) !== undefined;
        });

        expect(fieldsOf(await cached.find(session.id))).toEqual(fieldsOf(session));
      });

      it('drops sessions that ended elsewhere, on any node', async () => {
        const sessions = Array.from({ length: SPREAD }, () => sampleSession());
        const issuer = new RedisIssuerSessionStore(client);
        await Promise.all(sessions.map((session) => issuer.insert(session)));
        await eventually(async () => {
          for (const { id } of sessions) await cached.find(id);
          return sessions.every(({ id }) => cached.peek(id) !== undefined);
        });
        const before = counters.invalidations;

        await Promise.all(sessions.map(({ id }) => issuer.remove(id, null)));

        await eventually(async () => {
          for (const { id } of sessions) if ((await cached.find(id)) !== null) return false;
          return true;
        });
        expect(counters.invalidations).toBeGreaterThanOrEqual(before + SPREAD);
      });
    });

    it.each([
      ['ends', (issuer: IssuerSessionStore, { id }: Session) => issuer.remove(id, null)],
      [
        'changes',
        (issuer: IssuerSessionStore, { id }: Session) =>
          issuer.update(id, (it) => it.with({ roles: ['new'] })),
      ],
    ])('%s a session on a replica as well when waitReplicas is set', async (_what, act) => {
      const issuer = new RedisIssuerSessionStore(client, { waitReplicas: 1 });
      const attempt = async () => {
        const session = sampleSession();
        await issuer.insert(session);
        return act(issuer, session);
      };

      if (replicas === 0) return expect(attempt()).rejects.toThrow(/The session store cannot/);
      // On a busy machine a replica may be late, which is reported.
      await eventually(() =>
        attempt().then(
          (session) => session !== null,
          (error: unknown) => !(error instanceof SessionStoreUnavailableError),
        ),
      );
    });

    it('rejects no command once its clients are ready, even in a burst', async () => {
      for (let round = 0; round < 10; round += 1) {
        const fresh = patientClient(topology.target);
        const second = duplicateClient(fresh);
        for (const it of [fresh, second]) {
          expect(await whenReady(it, 10_000)).toBeNull();
          const keys = Array.from({ length: 30 }, (_key, i) => `k${i}`);
          const reads = await Promise.allSettled(keys.map((key) => it.get(key)));
          expect(reads.filter(({ status }) => status === 'rejected')).toEqual([]);
        }
        fresh.disconnect();
      }
    });

    describeSessionEventLog('in Redis', async () => {
      await flush();
      return new RedisSessionEventLog(client);
    });
  });
}
