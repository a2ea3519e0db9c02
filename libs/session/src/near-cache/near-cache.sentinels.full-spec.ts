import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { nodeAddresses } from '../../../../tools/redis/node-addresses.js';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels.js';
import type { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import { createRedisClient, whenReady } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { NearCached } from '../../test-support/near-cached.js';
import { sampleSession } from '../../test-support/sample-session.js';

const MAX_STALENESS = 400;

/** Longest wait for Sentinels and replicas, in milliseconds. */
const PATIENCE = 50_000;

jest.setTimeout(90_000);

let group: RedisSentinels;
let client: Redis;
let admin: Redis;
let near: NearCached;

beforeAll(async () => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  group = await RedisSentinels.start();
  client = await connected();
  admin = await connected();
  near = new NearCached(client, { maxStaleness: MAX_STALENESS });
  await near.untilUp();
});

afterAll(async () => {
  near.close();
  client.disconnect();
  admin.disconnect();
  await group.stop();
  jest.restoreAllMocks();
});

async function connected(): Promise<Redis> {
  const sentinels = nodeAddresses(group.nodes);
  const made = createRedisClient({ sentinels, name: SENTINEL_NAME });
  made.on('error', () => undefined);
  await whenReady(made, 10_000);
  return made;
}

async function remembered(): Promise<Session> {
  const session = sampleSession();
  await near.rememberNew(session, admin, PATIENCE);
  return session;
}

async function on<T>(server: RedisServer, ask: (node: Redis) => Promise<T>): Promise<T> {
  const node = new Redis(server.url);
  try {
    return await ask(node);
  } finally {
    node.disconnect();
  }
}

const isMaster = (server: RedisServer) =>
  on(server, async (node) => (await node.info('replication')).includes('role:master'));

/** Waits until another server reports that it is the master. */
async function successorOf(old: RedisServer): Promise<RedisServer> {
  let successor: RedisServer | undefined;
  await eventually(async () => {
    for (const server of group.servers) {
      if (server !== old && (await isMaster(server).catch(() => false))) successor = server;
    }
    return successor !== undefined;
  }, PATIENCE);
  if (!successor) throw new Error('no master');
  return successor;
}

/**
 * Retries while the store is unavailable: the client reconnects a second time when the Sentinels announce
 * a master that it has already found.
 */
async function onceAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + PATIENCE; ;) {
    try {
      return await ask();
    } catch (error) {
      const mayAnswer = error instanceof SessionStoreUnavailableError;
      if (!mayAnswer || performance.now() > deadline) throw error;
      await delay(10);
    }
  }
}

const found = (session: Session) => onceAnswered(async () => near.store.find(session.id));

/** Expects invalidations from the master, and sessions that are served from memory again. */
async function expectAllWell(): Promise<void> {
  await eventually(() => near.counters.isLinkUp, PATIENCE);
  const session = await remembered();
  const ending = new RedisIssuerSessionStore(admin);
  await near.hearing(() => onceAnswered(() => ending.remove(session.id, null)));
  expect(near.inMemory(session.id)).toBeNull();
  expect(await found(session)).toBeNull();
}

it('serves sessions of the master from memory until they end', async () => {
  await expectAllWell();
});

it('does not rely on a replaced master once the master knows that it was replaced', async () => {
  const old = await group.untilSettled(2);
  const session = await remembered();
  const { linkLosses } = near.counters;

  await group.failOver();
  const successor = await successorOf(old);
  // Until the old master learns of its replacement, it answers as if it were still the master.
  await eventually(async () => !(await isMaster(old).catch(() => true)), PATIENCE);
  await on(successor, (node) => node.del(`session:{${session.id}}`));

  expect(await near.lateHits(session, performance.now(), MAX_STALENESS)).toEqual([]);
  expect(near.counters.linkLosses).toBeGreaterThan(linkLosses);
  await expectAllWell();
  expect(await found(session)).toBeNull();
});

it('drops the sessions of a dead master, and receives changes from its successor', async () => {
  const old = await group.untilSettled(2);
  const session = await remembered();

  old.kill('SIGKILL');
  await old.exited;
  await eventually(() => !near.counters.isLinkUp);
  expect(near.inMemory(session.id)).toBeNull();
  const successor = await successorOf(old);
  await on(successor, (node) => node.del(`session:{${session.id}}`));

  expect(await near.lateHits(session, performance.now(), 0)).toEqual([]);
  await expectAllWell();
  expect(await found(session)).toBeNull();
});
