import { whenReady } from 'nest-sessions/redis';
import type { ChainableCommander, Redis } from 'ioredis';
import {
  idleKey,
  sessionKey,
  userSessionsKey,
  WATCHED_SESSIONS_KEY,
} from '../../../libs/session/src/store/redis-session.keys';
import { grouped } from '../measure/grouped';
import type { MeasuredRedis } from '../measure/measured-redis';
import {
  ABSOLUTE_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  sampleId,
  sampleRecord,
  sampleUserId,
} from './sample-sessions';

/** What a session consists of in Redis. */
export const KINDS = ['record', 'idle clock', 'index', 'watch list'] as const;

export type Kind = (typeof KINDS)[number];

/** Bytes per session of each kind, with its part of Redis' tables. */
export type BytesByKind = Readonly<Record<Kind, number>>;

/** Sessions per round trip. */
const BATCH = 500;

const READY_TIMEOUT_MS = 10_000;

/**
 * The commands of each kind are those that the library's write side sends, in the same form; they go
 * in long pipelines, because a million sign-ins take minutes. `checkLayout` compares the result with
 * what `SessionManager` makes.
 */
const WRITERS: Readonly<Record<Kind, (pipeline: ChainableCommander, n: number) => unknown>> = {
  record: (pipeline, n) =>
    pipeline.set(sessionKey(sampleId(n)), sampleRecord(n, Date.now()), 'PX', ABSOLUTE_TIMEOUT_MS),
  'idle clock': (pipeline, n) => pipeline.set(idleKey(sampleId(n)), '', 'PX', IDLE_TIMEOUT_MS),
  index: (pipeline, n) => {
    const key = userSessionsKey(sampleUserId(n));
    return pipeline
      .zadd(key, Date.now() + ABSOLUTE_TIMEOUT_MS, sampleId(n))
      .pexpire(key, ABSOLUTE_TIMEOUT_MS, 'NX');
  },
  'watch list': (pipeline, n) =>
    pipeline.zadd(
      WATCHED_SESSIONS_KEY,
      Date.now() + IDLE_TIMEOUT_MS,
      `${sampleId(n)}${sampleUserId(n)}`,
    ),
};

/** Puts so many sessions into an empty Redis, kind by kind, and says what each kind takes. */
export async function fill(
  redis: MeasuredRedis,
  count: number,
  log: (line: string) => void,
): Promise<BytesByKind> {
  await warmUp(redis);
  const bytes = { record: 0, 'idle clock': 0, index: 0, 'watch list': 0 };
  let before = await redis.keyBytes();
  for (const kind of KINDS) {
    await throughOwnConnection(redis, async (client) => {
      await write(client, count, WRITERS[kind]);
      await finishTables(client, count);
    });
    const after = await redis.keyBytes();
    bytes[kind] = (after - before) / count;
    before = after;
    log(`${grouped(count)} sessions: ${kind} ${bytes[kind].toFixed(0)} bytes each`);
  }
  return bytes;
}

/**
 * What a server sets up once, with its first keys and the first of each command, is not the sessions':
 * its statistics of how long a command takes have 20 kB for each.
 */
function warmUp(redis: MeasuredRedis): Promise<void> {
  return throughOwnConnection(redis, async (client) => {
    for (const kind of KINDS) await write(client, BATCH, WRITERS[kind]);
    await finishTables(client, BATCH);
    await client.flushall();
  });
}

/** Redis learns only with time that a connection's buffers have grown; with the connection they go. */
async function throughOwnConnection(
  redis: MeasuredRedis,
  work: (client: Redis) => Promise<void>,
): Promise<void> {
  const client = redis.client.duplicate();
  try {
    const failure = await whenReady(client, READY_TIMEOUT_MS);
    if (failure) throw failure;
    await work(client);
  } finally {
    client.disconnect();
  }
}

/**
 * Redis moves its keys to a larger table step by step, with each look at a key, and has both tables
 * until it is done. Looks at keys often enough for that.
 */
async function finishTables(client: Redis, count: number): Promise<void> {
  const sameKeys = Array.from({ length: BATCH }, () => sessionKey(sampleId(0)));
  for (let looks = 0; looks < 2 * count; looks += BATCH) await client.exists(...sameKeys);
}

async function write(
  client: Redis,
  count: number,
  writeOne: (pipeline: ChainableCommander, n: number) => unknown,
): Promise<void> {
  // One pipeline is written while the one before it is on its way.
  let onItsWay: Promise<void> = Promise.resolve();
  for (let from = 0; from < count; from += BATCH) {
    const pipeline = client.pipeline();
    for (let n = from; n < Math.min(from + BATCH, count); n++) writeOne(pipeline, n);
    await onItsWay;
    onItsWay = allDone(pipeline);
  }
  await onItsWay;
}

async function allDone(pipeline: ChainableCommander): Promise<void> {
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
}
