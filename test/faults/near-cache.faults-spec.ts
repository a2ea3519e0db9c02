import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { NearCachedSessionStore } from '../../libs/session/src/cache/near-cached-session.store';
import { NearCacheCounters } from '../../libs/session/src/store/near-cache.counters';
import { createRedisClient, whenReady } from '../../libs/session/src/store/redis-client';
import { RedisIssuerSessionStore } from '../../libs/session/src/store/redis-issuer-session.store';
import { RedisSessionStore } from '../../libs/session/src/store/redis-session.store';
import { sampleSession } from '../../libs/session/src/testing/sample-session';
import { killLinks } from '../../libs/session/src/testing/near-cached';
import { RedisServer } from '../../tools/redis/redis-server';
import { eventually } from '../../tools/testing/eventually';
import { reportScenario } from './support/figures';
import { asKnocks, Readers } from './support/revocations';

const REVOCATIONS = 10_000;
/** How many are revoked at once. */
const AT_ONCE = 20;
/** How many sessions live at a time. */
const ALIVE = 500;
const SERVICES = 4;
const MAX_STALENESS = 1_000;
/** Longer than anybody may go on to serve a session, in milliseconds. */
const AFTERWARDS = 1_500;

describe('near-caches of several services, whose sessions are revoked under load', () => {
  let server: RedisServer;
  let clients: Redis[];
  let admin: Redis;

  beforeEach(async () => {
    server = await RedisServer.start();
    clients = Array.from({ length: SERVICES }, () => createRedisClient(server.url));
    // A machine under load is late, which is no failure here.
    admin = createRedisClient({ port: server.port, commandTimeout: 10_000, socketTimeout: 10_000 });
    await Promise.all([admin, ...clients].map((client) => whenReady(client, 10_000)));
  });

  afterEach(async () => {
    for (const client of [admin, ...clients]) client.disconnect();
    await server.stop();
  });

  it.each([
    ['all links up', false],
    ['links broken all the time', true],
  ])('honour each of them in time, with %s', async (what, breaksLinks) => {
    const revocations = breaksLinks ? REVOCATIONS / 5 : REVOCATIONS;
    const counters = clients.map(() => new NearCacheCounters());
    const stores = clients.map((client, i) => {
      const source = new RedisSessionStore(client, 60_000);
      const limits = { maxStaleness: MAX_STALENESS, maxEntries: 10_000 };
      return new NearCachedSessionStore(client, source, limits, counters[i]);
    });
    await eventually(() => counters.every(({ isLinkUp }) => isLinkUp));
    const issuer = new RedisIssuerSessionStore(admin);
    const ids: string[] = [];
    const alive: string[] = [];
    const add = async () => {
      const session = sampleSession();
      await issuer.insert(session);
      alive.push(session.id);
      ids.push(session.id);
      // Those who were revoked last are looked for as well.
      if (ids.length > 2 * ALIVE) ids.shift();
    };
    for (let i = 0; i < ALIVE; i += 1) await add();

    const readers = new Readers(stores, ids);
    let done = 0;
    while (done < revocations) {
      const wave = alive.splice(0, AT_ONCE);
      await Promise.all([
        ...wave.map(async (id) => {
          await issuer.remove(id, null);
          readers.revoked(id);
        }),
        ...wave.map(add),
      ]);
      done += wave.length;
      if (breaksLinks && done % 200 === 0) await killLinks(admin);
    }
    await delay(AFTERWARDS);
    await readers.stop();
    for (const store of stores) store.onApplicationShutdown();

    const all = [...readers.revocations.values()];
    const title = `${revocations} revocations, ${SERVICES} near-caches, ${what}`;
    await reportScenario({ title, knocks: asKnocks(all), recovery: null });
    expect(all).toHaveLength(revocations);
    expect(all.filter((it) => it.lastServedAt >= it.returnedAt + MAX_STALENESS)).toEqual([]);
    // It were easy to honour them all by serving nothing from memory.
    const total = (of: (counter: NearCacheCounters) => number) =>
      counters.reduce((sum, counter) => sum + of(counter), 0);
    expect(total(({ hits }) => hits)).toBeGreaterThan(revocations);
    expect(total(({ invalidations }) => invalidations)).toBeGreaterThan(revocations);
    if (breaksLinks) expect(total(({ linkLosses }) => linkLosses)).toBeGreaterThan(0);
    else expect(total(({ hits }) => hits)).toBeGreaterThan(readers.looks / 4);
  });
});
