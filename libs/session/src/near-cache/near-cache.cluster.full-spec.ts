import { Logger } from '@nestjs/common';
import calculateSlot from 'cluster-key-slot';
import { type Cluster, Redis, type RedisOptions } from 'ioredis';
import { RedisCluster } from '../../../../tools/redis/redis-cluster.js';
import type { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import type { Session } from '../session/session.js';
import { createRedisClient, whenReady } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { NearCached } from '../../test-support/near-cached.js';
import { sampleSession } from '../../test-support/sample-session.js';

const MAX_STALENESS = 400;

/**
 * Longest time until a replaced master learns of its replacement, in milliseconds. Until then it answers as
 * if it were still a master.
 */
const TAKEOVER = 200;

jest.setTimeout(60_000);

let cluster: RedisCluster;
let client: Cluster;
/** Client that changes sessions elsewhere. */
let admin: Cluster;
let near: NearCached;

beforeAll(async () => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  cluster = await RedisCluster.start();
  client = await connected();
  admin = await connected();
  near = new NearCached(client, { maxStaleness: MAX_STALENESS });
  await near.untilUp();
});

afterAll(async () => {
  near.close();
  client.disconnect();
  admin.disconnect();
  await cluster.stop();
  jest.restoreAllMocks();
});

async function connected(options: RedisOptions = {}): Promise<Cluster> {
  const nodes = cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  const made = createRedisClient({ nodes, options }) as Cluster;
  made.on('error', () => undefined);
  await whenReady(made, 10_000);
  return made;
}

const keyOf = ({ id }: Session) => `session:{${id}}`;
const slotOf = (session: Session) => calculateSlot(keyOf(session));

async function on<T>(server: RedisServer, ask: (node: Redis) => Promise<T>): Promise<T> {
  const node = new Redis(server.url, { retryStrategy: null });
  node.on('error', () => undefined);
  try {
    return await ask(node);
  } finally {
    node.disconnect();
  }
}

async function isMaster(server: RedisServer): Promise<boolean> {
  return on(server, async (node) => (await node.info('replication')).includes('role:master'));
}

/** Returns the master that serves a session now, and its replica. */
async function serversOf(
  session: Session,
): Promise<{ master: RedisServer; replica: RedisServer | undefined }> {
  const slot = slotOf(session);
  for (const server of cluster.servers) {
    const shards = await on(server, (node) => node.cluster('SLOTS')).catch(() => []);
    for (const [from, to, ...nodes] of shards as [number, number, ...[string, number][]][]) {
      if (slot < from || slot > to) continue;
      const [master, replica] = nodes.map(([, port]) => serverAt(port));
      if (master) return { master, replica };
    }
  }
  throw new Error('no server serves the slot');
}

const serverAt = (port: number) => cluster.servers.find((it) => it.port === port);

/** Stores a session in Redis and in memory, on a master that `belongs` accepts. */
async function remembered(belongs: (session: Session) => boolean = () => true): Promise<Session> {
  let session = sampleSession();
  while (!belongs(session)) session = sampleSession();
  await near.rememberNew(session, admin);
  return session;
}

/** Ends a session on the server that has it, like a client that knows the new topology. */
async function revokeOn(server: RedisServer, session: Session): Promise<number> {
  expect(await on(server, (node) => node.del(keyOf(session)))).toBe(1);
  return performance.now();
}

/** Expects invalidations from every master, and sessions that are served from memory again. */
async function expectAllWell(): Promise<void> {
  await near.untilUp();
  for (let third = 0; third < 3; third += 1) {
    const session = await remembered((it) => Math.floor((slotOf(it) * 3) / 16_384) === third);
    await near.hearing(() => new RedisIssuerSessionStore(admin).remove(session.id, null));
    await eventually(() => near.inMemory(session.id) === null);
    expect(await near.store.find(session.id)).toBeNull();
  }
}

/** Returns a session in memory whose master still has a replica. */
async function remembersOneWithReplica() {
  for (;;) {
    const session = await remembered();
    const { master, replica } = await serversOf(session);
    if (replica) return { session, master, replica };
  }
}

const listeners = () => client.eventNames().map((name) => client.listenerCount(name));

it('serves sessions of every master from memory until they end', async () => {
  await expectAllWell();
});

it.each(['app:', '{app}:'])('works with a key prefix (%s)', async (keyPrefix) => {
  // As a service, which may access only its own keys.
  const rules = ['on', 'nopass', '+@all', '&*', `~${keyPrefix}session:*`, `~${keyPrefix}idle:*`];
  for (const server of cluster.servers) {
    await on(server, (node) => node.acl('SETUSER', 'service', 'resetkeys', ...rules));
  }
  const service = await connected({ keyPrefix, username: 'service', password: 'any' });
  const prefixed = await connected({ keyPrefix });
  const other = new NearCached(service, { maxStaleness: MAX_STALENESS });
  await other.untilUp();
  const session = sampleSession();
  const issuer = new RedisIssuerSessionStore(prefixed);
  await issuer.insert(session);
  await other.remember(session);

  const held = performance.now();
  await eventually(() => performance.now() > held + 2 * MAX_STALENESS);
  expect(other.inMemory(session.id)).not.toBeNull();
  await other.hearing(() => issuer.remove(session.id, null));
  expect(await other.store.find(session.id)).toBeNull();
  other.close();
  service.disconnect();
  prefixed.disconnect();
});

it('does not rely on a live master after it was replaced', async () => {
  const before = listeners();
  // Several rounds, so that leaked listeners would add up.
  for (let round = 0; round < 3; round += 1) {
    const { session, replica } = await remembersOneWithReplica();

    await on(replica, (node) => node.cluster('FAILOVER'));
    await eventually(() => isMaster(replica));
    const since = await revokeOn(replica, session);

    expect(await near.lateHits(session, since, MAX_STALENESS + TAKEOVER)).toEqual([]);
    await expectAllWell();
    await eventually(async () => (await serversOf(session)).replica !== undefined);
  }
  expect(listeners()).toEqual(before);
});

it('drops a session that is revoked after its slot has moved', async () => {
  const session = await remembered();
  const slot = slotOf(session);
  const { master: from } = await serversOf(session);
  const to = cluster.servers.find(({ port }) =>
    client.nodes('master').some((node) => node.options.port === port && port !== from.port),
  );
  if (!to) throw new Error('no other master');
  const idOf = (server: RedisServer) => on(server, (node) => node.call('CLUSTER', 'MYID'));
  const [fromId, toId] = [String(await idOf(from)), String(await idOf(to))];

  await on(to, (node) => node.cluster('SETSLOT', slot, 'IMPORTING', fromId));
  await on(from, (node) => node.cluster('SETSLOT', slot, 'MIGRATING', toId));
  await on(from, async (node) => {
    const keys = (await node.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
    expect(keys).toContain(keyOf(session));
    await node.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
  });
  // Read after an ASK redirection to the node that imports the slot.
  await eventually(() =>
    near.remember(session).then(
      () => true,
      () => false,
    ),
  );
  for (const server of [to, from]) {
    await on(server, (node) => node.cluster('SETSLOT', slot, 'NODE', toId));
  }
  const since = await revokeOn(to, session);

  expect(await near.lateHits(session, since, MAX_STALENESS + TAKEOVER)).toEqual([]);
  await expectAllWell();
});

it('drops the sessions of a dead master, and receives changes from its successor', async () => {
  const { session, master, replica } = await remembersOneWithReplica();

  master.kill('SIGKILL');
  await eventually(() => isMaster(replica));
  const since = await revokeOn(replica, session);

  expect(await near.lateHits(session, since, MAX_STALENESS)).toEqual([]);
  await expectAllWell();
});

it('does not rely on a successor without a link, even if it has answered a read', async () => {
  const { session, master, replica } = await remembersOneWithReplica();
  // As if the node that the client asks were frozen: the client does not learn the new topology.
  client.refreshSlotsCache = () => undefined;
  try {
    master.kill('SIGKILL');
    await eventually(() => isMaster(replica));
    await eventually(async () => {
      await Promise.resolve(near.store.find(session.id)).catch(() => undefined);
      return near.inMemory(session.id) !== null;
    });

    const since = await revokeOn(replica, session);

    expect(await near.lateHits(session, since, MAX_STALENESS)).toEqual([]);
  } finally {
    Reflect.deleteProperty(client, 'refreshSlotsCache');
  }
  await expectAllWell();
});

it('does not rely on a Cluster that is down', async () => {
  const doomed = await remembered();
  const { master, replica } = await serversOf(doomed);
  const isServedByAnother = (it: Session) =>
    client.slots[slotOf(it)]?.[0] !== `127.0.0.1:${master.port}`;
  const session = await remembered(isServedByAnother);
  const { linkLosses } = near.counters;
  expect(near.inMemory(session.id)).not.toBeNull();

  replica?.kill('SIGKILL');
  master.kill('SIGKILL');
  await eventually(() => near.counters.linkLosses > linkLosses);

  // While slots are uncovered, the other masters serve none of their slots.
  await eventually(async () => {
    const others = cluster.servers.filter((it) => it !== master && it !== replica);
    const states = await Promise.all(
      others.map((it) => on(it, (node) => node.cluster('INFO')).catch(() => 'dead')),
    );
    return states.every((state) => state === 'dead' || state.includes('cluster_state:fail'));
  });
  const downAt = performance.now();
  expect(await near.lateHits(session, downAt, MAX_STALENESS)).toEqual([]);
  await expect(Promise.resolve(near.store.find(session.id))).rejects.toThrow(/store/);
});
