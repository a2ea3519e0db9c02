import { setImmediate as tick, setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { freePort } from '../../../../tools/processes/free-port.js';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import type { Session } from '../session/session.js';
import { createRedisClient, safeRedisOptions } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { ownRedis } from '../store/test-support/own-redis.js';
import { shortenTimers } from '../store/test-support/shorten-timers.js';
import { clientWithLinksOn, killLinks, NearCached } from '../../test-support/near-cached.js';
import { sampleSession } from '../../test-support/sample-session.js';

/** `maxStaleness` in most of these tests, in milliseconds. */
const MAX_STALENESS = 400;

/** Redis of these tests alone: they break other clients' connections and change the Redis users. */
const redis = ownRedis();
/** Client that changes sessions elsewhere and bypasses the faulty proxies. */
let admin: Redis;
let warnings: jest.SpyInstance<void, [message: string, ...rest: unknown[]]>;
/** Cleanup steps of the current test, in order. */
let closing: (() => unknown)[];

beforeAll(() => {
  admin = redis.client;
});

beforeEach(() => {
  closing = [];
  warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
});

afterEach(async () => {
  for (const close of closing) await close();
  jest.restoreAllMocks();
});

function opened(client: Redis, maxStaleness = MAX_STALENESS): NearCached {
  client.on('error', () => undefined);
  const near = new NearCached(client, { maxStaleness });
  closing.push(
    () => {
      near.close();
    },
    () => {
      client.disconnect();
    },
  );
  return near;
}

/** Opens a near-cache and waits until it is up. */
async function open(options: RedisOptions = {}, maxStaleness?: number): Promise<NearCached> {
  const near = opened(new Redis(redis.url, safeRedisOptions(options)), maxStaleness);
  await near.untilUp();
  return near;
}

/** Opens a faulty network path to the server. */
async function wayToServer(): Promise<FaultyProxy> {
  const way = await FaultyProxy.to(redis.server.port);
  closing.push(() => way.close());
  return way;
}

async function rememberedBy(near: NearCached, by = admin): Promise<Session> {
  const session = sampleSession();
  // Await the invalidation of the insertion, so that it is not mistaken for a later one.
  await near.hearing(() => new RedisIssuerSessionStore(by).insert(session));
  await near.remember(session);
  return session;
}

const revoke = ({ id }: Session) => new RedisIssuerSessionStore(admin).remove(id, null);

/** Returns the session from memory or Redis; `null` also when Redis does not answer. */
const findOrNone = (near: NearCached, { id }: Session) =>
  Promise.resolve(near.store.find(id)).catch(() => null);

describe('the loss of a link', () => {
  it('empties the memory, and reads go to Redis until the link is restored', async () => {
    const way = await wayToServer();
    const near = opened(clientWithLinksOn(way, redis.url));
    await near.untilUp();
    const sessions = [await rememberedBy(near), await rememberedBy(near)] as const;

    await way.refuse();
    await eventually(() => !near.counters.isLinkUp);

    const { bypasses, hits } = near.counters;
    for (let i = 0; i < 5; i += 1) {
      for (const session of sessions) expect(await near.store.find(session.id)).not.toBeNull();
    }
    expect(near.counters).toMatchObject({ bypasses: bypasses + 10, hits, linkLosses: 1 });

    await way.accept();
    await near.untilUp();
    for (const session of sessions) await near.remember(session);
  });

  it('leaves no session in memory that was revoked while the link was down', async () => {
    const way = await wayToServer();
    const near = opened(clientWithLinksOn(way, redis.url));
    await near.untilUp();
    const session = await rememberedBy(near);
    await way.refuse();
    await eventually(() => !near.counters.isLinkUp);

    await revoke(session);
    expect(await near.store.find(session.id)).toBeNull();
    await way.accept();
    await near.untilUp();

    expect(near.inMemory(session.id)).toBeNull();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('leaves no earlier session in memory when Redis closed the link', async () => {
    const near = await open();

    for (let round = 1; round <= 5; round += 1) {
      const [ended, live] = [await rememberedBy(near), await rememberedBy(near)];
      await killLinks(admin);
      await revoke(ended);
      await eventually(() => near.counters.linkLosses === round);

      await near.untilUp();
      expect(near.inMemory(ended.id)).toBeNull();
      expect(await near.store.find(ended.id)).toBeNull();
      await near.remember(live);
    }
  });

  it('follows the loss of the connection that reads sessions', async () => {
    const near = await open({ connectionName: 'reader' });
    const session = await rememberedBy(near);

    const list = String(await admin.client('LIST'));
    const reader = /^id=(\d+) .* name=reader .* sub=0 /m.exec(list)?.[1];
    await admin.call('CLIENT', 'KILL', 'ID', reader ?? '');
    await revoke(session);
    await eventually(() => near.counters.linkLosses === 1);

    await near.untilUp();
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('leaves no earlier session in memory when another server starts on the same port', async () => {
    const first = await RedisServer.start();
    const client = createRedisClient(first.url);
    const near = opened(client);
    await near.untilUp();
    const session = await rememberedBy(near, client);

    await first.stop();
    await eventually(() => !near.counters.isLinkUp);
    expect(near.inMemory(session.id)).toBeNull();
    await expect(near.store.find(session.id)).rejects.toThrow(/store/);
    const second = await RedisServer.start({ port: first.port });
    closing.push(() => second.stop());

    await near.untilUp();
    expect(await near.store.find(session.id)).toBeNull();
    await rememberedBy(near, client);
  });

  it('is logged once for each reason, however long it lasts', async () => {
    const way = await wayToServer();
    const client = clientWithLinksOn(way, redis.url);
    const attempts = jest.spyOn(client, 'duplicate');
    const near = opened(client);
    await near.untilUp();
    await way.refuse();
    await eventually(() => !near.counters.isLinkUp);

    attempts.mockClear();
    await eventually(() => attempts.mock.calls.length > 2);

    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings.mock.calls[0]?.[0]).toMatch(/^The near-cache is off, .*: .*ECONN.*\.$/);
    await way.accept();
    await near.untilUp();
  });

  it('leaves no listener behind', async () => {
    const client = createRedisClient(redis.url);
    const near = opened(client);
    await near.untilUp();
    const counts = () => client.eventNames().map((name) => [name, client.listenerCount(name)]);
    const before = counts();

    for (let round = 1; round <= 5; round += 1) {
      await killLinks(admin);
      await eventually(() => near.counters.linkLosses === round);
      await near.untilUp();
    }

    expect(counts()).toEqual(before);
    const clients = String(await admin.client('LIST', 'TYPE', 'PUBSUB'));
    expect(clients.trim().split('\n')).toHaveLength(1);
  });
});

describe('a silent link', () => {
  /**
   * Drops every reply of Redis on a path, revokes a session, and looks for the session continuously.
   *
   * @returns violations: when a lookup was answered from memory too late, in milliseconds of silence
   */
  async function lateHits(near: NearCached, way: FaultyProxy, session: Session): Promise<number[]> {
    const late: number[] = [];
    way.loseReplies();
    // Every answered ping was sent before this time.
    const silentFrom = performance.now();
    await revoke(session);
    for (let at = silentFrom; at < silentFrom + 3 * MAX_STALENESS; at = performance.now()) {
      if (near.inMemory(session.id) !== null && at >= silentFrom + MAX_STALENESS) {
        late.push(at - silentFrom);
      }
      await delay(1);
    }
    return late;
  }

  it('is trusted for at most maxStaleness', async () => {
    const way = await wayToServer();
    const near = opened(clientWithLinksOn(way, redis.url));
    await near.untilUp();
    const session = await rememberedBy(near);

    expect(await lateHits(near, way, session)).toEqual([]);

    expect(await near.store.find(session.id)).toBeNull();
    way.cut();
    await near.untilUp();
    expect(await near.store.find(session.id)).toBeNull();
    await rememberedBy(near);
  });

  it('is trusted for at most maxStaleness when all connections are silent', async () => {
    const way = await wayToServer();
    const near = opened(createRedisClient(`redis://127.0.0.1:${way.port}`));
    await near.untilUp();
    const session = await rememberedBy(near);

    expect(await lateHits(near, way, session)).toEqual([]);

    expect(await findOrNone(near, session)).toBeNull();
    way.cut();
    await near.untilUp();
    await eventually(async () => {
      expect(await findOrNone(near, session)).toBeNull();
      const found = await near.store.ping().then(
        () => true,
        () => false,
      );
      return found;
    });
    await rememberedBy(near);
  });

  it('does not count as up while the server takes longer than maxStaleness to answer', async () => {
    const way = await wayToServer();
    const near = opened(clientWithLinksOn(way, redis.url), 100);
    await near.untilUp();
    const session = await rememberedBy(near);
    way.delayReplies(300);
    // Answers that are already on their way still count.
    await eventually(() => near.inMemory(session.id) === null);

    const { bypasses, hits, linkLosses } = near.counters;
    for (let i = 0; i < 50; i += 1) {
      expect(await near.store.find(session.id)).not.toBeNull();
      await tick();
    }
    expect(near.counters).toMatchObject({ bypasses: bypasses + 50, hits, linkLosses });

    way.delayReplies(0);
    await near.remember(session);
  });

  it('recovers after the process was blocked', async () => {
    const maxStaleness = 200;
    const near = await open({}, maxStaleness);
    const session = await rememberedBy(near);
    const patient = new Redis(redis.url);
    closing.push(() => {
      patient.disconnect();
    });
    await patient.ping();

    const revoking = patient.del(`session:{${session.id}}`);
    const heldUntil = performance.now() + maxStaleness;
    while (performance.now() < heldUntil);

    // The process has not yet read what Redis sent meanwhile.
    expect(near.inMemory(session.id)).toBeNull();
    expect(await revoking).toBe(1);
    expect(await near.store.find(session.id)).toBeNull();
    await rememberedBy(near);
  });
});

describe('a Redis user', () => {
  const grant = (...rules: string[]) => admin.acl('SETUSER', 'service', ...rules);

  beforeEach(async () => {
    await admin.acl('DELUSER', 'service');
    await grant('on', '>secret', 'resetchannels', '-@all', '~*', '+get', '+pttl', '+pexpire');
    await grant('+ping', '+info');
  });

  const serviceClient = () =>
    createRedisClient(`redis://service:secret@127.0.0.1:${redis.server.port}`);
  const asService = () => opened(serviceClient());

  it('that lacks rights reads from Redis, with one warning, until they are granted', async () => {
    const client = serviceClient();
    const attempts = jest.spyOn(client, 'duplicate');
    const near = opened(client);
    const session = sampleSession();
    await new RedisIssuerSessionStore(admin).insert(session);
    await eventually(() => warnings.mock.calls.length > 0);

    await eventually(async () => {
      expect(await near.store.find(session.id)).not.toBeNull();
      return attempts.mock.calls.length > 2;
    });

    expect(near.counters).toMatchObject({ hits: 0, misses: 0, isLinkUp: false, linkLosses: 0 });
    expect(warnings).toHaveBeenCalledTimes(1);
    const [warning] = warnings.mock.calls[0] ?? [];
    const rights = /\+client\|id [^,]+/.exec(warning ?? '')?.[0];
    expect(rights).toBe('+client|id +client|tracking +subscribe &__redis__:invalidate');

    // Only the rights that the warning names.
    await grant(...(rights ?? '').split(' '));
    await near.untilUp();
    await near.remember(session);
    await near.hearing(() => revoke(session));
    expect(await near.store.find(session.id)).toBeNull();
  });

  it.each(['+client|id', '+client|tracking', '+subscribe', '&__redis__:invalidate', '+info'])(
    'that lacks only %s gets a warning that names it',
    async (missing) => {
      const all = [
        '+client|id',
        '+client|tracking',
        '+subscribe',
        '&__redis__:invalidate',
        '+info',
      ];
      await grant('-info', ...all.filter((right) => right !== missing));
      const near = asService();

      await eventually(() => warnings.mock.calls.length > 0);

      expect(warnings.mock.calls[0]?.[0]).toContain(` ${missing} `.trimEnd());
      expect(near.counters.isLinkUp).toBe(false);
      await grant(missing);
      await near.untilUp();
    },
  );

  it('that loses the rights later is served from Redis', async () => {
    await grant('+client|id', '+client|tracking', '+subscribe', '&__redis__:invalidate');
    const near = asService();
    await near.untilUp();
    const session = await rememberedBy(near);

    await grant('resetchannels');
    await eventually(() => !near.counters.isLinkUp);

    await revoke(session);
    expect(await near.store.find(session.id)).toBeNull();
  });
});

describe('a client', () => {
  const remembersAndHears = async (near: NearCached, by: Redis) => {
    const session = await rememberedBy(near, by);
    const issuer = new RedisIssuerSessionStore(by);
    await near.hearing(() => issuer.remove(session.id, null));
    expect(await near.store.find(session.id)).toBeNull();
  };

  it.each<[string, RedisOptions]>([
    ['with a key prefix', { keyPrefix: 'app:' }],
    ['with a prefix like a glob', { keyPrefix: 'a*[b]?{' }],
    ['of another database', { db: 3 }],
    ['with auto-pipelining', { enableAutoPipelining: true }],
    ['that speaks RESP2', { protocol: 2 }],
    ['that speaks RESP3', { protocol: 3 }],
    ["with ioredis' own settings", { enableOfflineQueue: true, maxRetriesPerRequest: 20 }],
    ['that connects on demand', { lazyConnect: true }],
  ])('%s is served from memory, and receives invalidations', async (_what, options) => {
    const near = await open(options);
    const other = new Redis(redis.url, options);
    closing.push(() => {
      other.disconnect();
    });

    await remembersAndHears(near, other);
  });

  it('with a key prefix receives no invalidations of other keys', async () => {
    const near = await open({ keyPrefix: 'app:' });
    const session = sampleSession();
    const { invalidations } = near.counters;
    await new RedisIssuerSessionStore(admin).insert(session);

    await near.hearing(async () => {
      await admin.set(`app:session:{${session.id}}`, 'x', 'PX', 1_000);
    });

    expect(near.counters.invalidations).toBe(invalidations + 1);
  });
});

describe('a stopping service', () => {
  it('leaves no link if none was up yet', async () => {
    const near = opened(createRedisClient(redis.url));

    near.close();

    await eventually(async () => (await links()) === 0);
    expect(near.counters).toMatchObject({ isLinkUp: false, linkLosses: 0 });
  });

  it('leaves no link that was being opened', async () => {
    const way = await wayToServer();
    way.delayReplies(50);
    const near = opened(clientWithLinksOn(way, redis.url));
    await eventually(async () => String(await admin.client('LIST')).includes('cmd=info'));

    near.close();

    const before = performance.now();
    await eventually(() => performance.now() > before + 700);
    expect(await links()).toBe(0);
    expect(near.counters.isLinkUp).toBe(false);
  });

  it('stops retrying while Redis is unavailable', async () => {
    // Time that a server has to become ready before its link is retried.
    shortenTimers(1_000, 50);
    const client = createRedisClient({ port: await freePort(), disconnectTimeout: 50 });
    const near = opened(client);
    await eventually(() => warnings.mock.calls.length > 0);

    near.close();
    warnings.mockClear();
    const listeners = jest.spyOn(client, 'on');

    const before = performance.now();
    await eventually(() => performance.now() > before + 300);
    expect(warnings).not.toHaveBeenCalled();
    // Each attempt adds an 'error' listener, to learn why the client is not ready.
    expect(listeners.mock.calls.filter(([event]) => event === 'error')).toEqual([]);
  });

  it('closes its link, and reads from Redis afterwards', async () => {
    const near = await open();
    const session = await rememberedBy(near);

    near.close();

    await eventually(async () => (await links()) === 0);
    expect(near.inMemory(session.id)).toBeNull();
    expect(await near.store.find(session.id)).not.toBeNull();
    await revoke(session);
    expect(await near.store.find(session.id)).toBeNull();
  });

  it('does not fail when its client is already closed and renewals are queued', async () => {
    const client = createRedisClient(redis.url);
    const near = opened(client);
    await near.untilUp();
    const session = await rememberedBy(near);
    await admin.pexpire(`idle:{${session.id}}`, 600_000);
    await near.store.find(session.id, { fresh: true });
    await near.serve(session);

    client.disconnect();
    await eventually(() => client.status === 'end');

    await expect(near.store.beforeApplicationShutdown()).resolves.toBeUndefined();
    expect(() => {
      near.close();
    }).not.toThrow();
    expect(await links()).toBe(0);
    await expect(near.store.find(session.id)).rejects.toThrow(/store/);
  });

  async function links(): Promise<number> {
    const clients = String(await admin.client('LIST', 'TYPE', 'PUBSUB'));
    return clients.split('\n').filter((line) => line !== '').length;
  }
});
