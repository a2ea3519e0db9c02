import { whenReady } from 'nest-sessions/redis';
import type { ChainableCommander, Redis } from 'ioredis';
import { widthFor, windowAt } from '../../../libs/session/src/issuer/live-window';
import {
  idleKey,
  LIVE_SESSION_WIDTHS_KEY,
  liveSessionsKey,
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
  sampleSignIn,
  sampleUserId,
} from './sample-sessions';

/** Parts of a session in Redis. */
export const KINDS = ['record', 'idle clock', 'index', 'watch list', 'live sessions'] as const;

export type Kind = (typeof KINDS)[number];

/** Bytes per session of each part, with its share of Redis' tables. */
export type BytesByKind = Readonly<Record<Kind, number>>;

/** Sessions per round trip. */
const BATCH = 500;

const READY_TIMEOUT_MS = 10_000;

/**
 * Commands of each part: those of the library's write side, in the same form. They go in long pipelines,
 * because a million sign-ins take minutes. `checkLayout` compares the result with `SessionManager`'s.
 */
const WRITERS: Readonly<Record<Kind, (pipeline: ChainableCommander, n: number) => unknown>> = {
  record: (pipeline, n) =>
    pipeline.set(
      sessionKey(sampleId(n)),
      sampleRecord(n, sampleSignIn(n)),
      'PX',
      ABSOLUTE_TIMEOUT_MS,
    ),
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
  'live sessions': (pipeline, n) => {
    const width = widthFor(ABSOLUTE_TIMEOUT_MS);
    const absoluteExpiresAt = sampleSignIn(n) + ABSOLUTE_TIMEOUT_MS;
    const key = liveSessionsKey(windowAt(width, absoluteExpiresAt));
    return pipeline
      .zadd(LIVE_SESSION_WIDTHS_KEY, 'GT', absoluteExpiresAt, String(width))
      .rpush(key, absoluteExpiresAt.toString(36) + sampleId(n))
      .pexpire(key, ABSOLUTE_TIMEOUT_MS, 'NX');
  },
};

/** Fills an empty Redis with sessions, part by part, and returns the bytes of each part. */
export async function fill(
  redis: MeasuredRedis,
  count: number,
  log: (line: string) => void,
): Promise<BytesByKind> {
  await warmUp(redis);
  const bytes = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
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
 * Triggers one-time allocations of the server, so that they do not count as the sessions' bytes. The
 * latency statistics of each command take 20 kB.
 */
function warmUp(redis: MeasuredRedis): Promise<void> {
  return throughOwnConnection(redis, async (client) => {
    for (const kind of KINDS) await write(client, BATCH, WRITERS[kind]);
    await finishTables(client, BATCH);
    await client.flushall();
  });
}

/** Uses a connection of its own: closing it frees its buffers, whose growth Redis notices late. */
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
 * Completes Redis' incremental rehashing, which moves keys to a larger table with each access. Until then
 * Redis has both tables.
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
  // Writes one pipeline while the previous one is under way.
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
