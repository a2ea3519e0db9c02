import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { createSessionManager, type SessionManager, type SessionPage } from 'nest-sessions/issuer';
import type { Redis } from 'ioredis';
import { commandsDuring, serverTime } from '../measure/command-stats';
import { grouped } from '../measure/grouped';
import { MeasuredRedis } from '../measure/measured-redis';
import { rounded } from '../measure/rounded';
import type { BenchContext, Suite, SuiteResult } from '../suite';
import { type BytesByKind, fill } from './fill';
import { sampleNewSession, sampleUserId } from './sample-sessions';

const QUICK = [1_000, 60_000];
const FULL = [10_000, 100_000, 1_000_000];

/** Limit of the index for 50,000 sessions and more, in bytes per session. */
const MOST_BYTES = 60;

/** Limit of the server's time for the first page, the total and the sessions of one user, in milliseconds. */
const MOST_SERVER_MS = 100;

/** Limit of the dearest command of a filter that walks all sessions, in microseconds on average. */
const DEAREST_MICROS = 1_000;

type Call = (manager: SessionManager, middle: SessionPage['next']) => Promise<unknown>;

/** Measured calls by name. */
const CALLS = {
  'first page of 50': (manager) => manager.list(),
  total: (manager) => manager.count(),
  'sessions of one user': (manager) => manager.list({ filter: { userId: sampleUserId(7) } }),
  'page in the middle': (manager, middle) => manager.list({ after: middle }),
} satisfies Record<string, Call>;

interface Measured {
  readonly count: number;
  readonly bytes: BytesByKind;
  /** Milliseconds of the server's time, by call. */
  readonly serverMs: Readonly<Record<keyof typeof CALLS, number>>;
  readonly signInCommands: string;
  readonly walk: {
    readonly seconds: number;
    /** Command that takes the longest, on average. */
    readonly dearest: string;
    readonly dearestMicros: number;
  };
}

export const listSuite: Suite = { name: 'list', title: 'The list of all sessions', run };

async function run({ isQuick, log }: BenchContext): Promise<SuiteResult> {
  const all: Measured[] = [];
  for (const count of isQuick ? QUICK : FULL) all.push(await measure(count, log));
  const largest = all.at(-1);
  if (!largest) throw new Error('The run holds no figures');
  const names = Object.keys(CALLS) as (keyof typeof CALLS)[];
  const { serverMs } = largest;
  const together = serverMs['first page of 50'] + serverMs.total + serverMs['sessions of one user'];
  return {
    tables: [
      {
        title: "Milliseconds of the server's time",
        columns: [
          'sessions',
          'bytes per session',
          ...names,
          'walk, sessions per second',
          'dearest command of the walk, µs',
        ],
        rows: all.map((it) => [
          grouped(it.count),
          rounded(it.bytes['live sessions']),
          ...names.map((name) => rounded(it.serverMs[name], 2)),
          grouped(Math.round(it.count / it.walk.seconds)),
          rounded(it.walk.dearestMicros),
        ]),
      },
    ],
    goals: [
      {
        what: `bytes of the index per session, ${grouped(largest.count)} sessions`,
        target: `at most ${MOST_BYTES}`,
        measured: String(rounded(largest.bytes['live sessions'])),
        isMet: largest.bytes['live sessions'] <= MOST_BYTES,
      },
      {
        what: 'first page, total and sessions of one user together, server time',
        target: `at most ${MOST_SERVER_MS} ms`,
        measured: `${rounded(together)} ms`,
        isMet: together <= MOST_SERVER_MS,
      },
      {
        what: 'dearest command of a filter that walks all sessions, on average',
        target: `at most ${DEAREST_MICROS} µs`,
        measured: `${rounded(largest.walk.dearestMicros)} µs (${largest.walk.dearest})`,
        isMet: largest.walk.dearestMicros <= DEAREST_MICROS,
      },
    ],
    notes: [
      "The server's time is the sum over all commands of a call (`INFO commandstats`). The walk filters by a role that no session has.",
      `Commands of one sign-in: ${largest.signInCommands}.`,
    ],
    data: all,
  };
}

async function measure(count: number, log: (line: string) => void): Promise<Measured> {
  const redis = await MeasuredRedis.start();
  const client = createRedisClient(redis.url);
  try {
    const bytes = await fill(redis, count, log);
    const failure = await whenReady(client, 10_000);
    if (failure) throw failure;
    const manager = createSessionManager(client);
    const middle = await middleOf(manager, count);
    const serverMs: Record<string, number> = {};
    for (const [name, call] of Object.entries(CALLS)) {
      await call(manager, middle);
      serverMs[name] = await serverTime(redis.client, () => call(manager, middle));
    }
    const signIn = await commandsDuring(redis.client, () =>
      manager.create(sampleNewSession(999_999_999)),
    );
    const signInCommands = signIn.map(({ name, calls }) => `${calls} ${name}`).join(', ');
    const walk = await walkAll(manager, redis.client);
    log(
      `${grouped(count)} sessions: walked in ${walk.seconds.toFixed(1)} s; ${walk.dearest} takes ${walk.dearestMicros.toFixed(0)} µs`,
    );
    return { count, bytes, serverMs: serverMs as Measured['serverMs'], signInCommands, walk };
  } finally {
    client.disconnect();
    await redis.stop();
  }
}

async function middleOf(manager: SessionManager, count: number): Promise<SessionPage['next']> {
  let next: SessionPage['next'] = null;
  for (let seen = 0; seen < Math.min(count / 2, 20_000); seen += 1_000) {
    ({ next } = await manager.list({ limit: 1_000, after: next }));
  }
  return next;
}

async function walkAll(manager: SessionManager, client: Redis): Promise<Measured['walk']> {
  const begun = performance.now();
  let seconds = 0;
  const stats = await commandsDuring(client, async () => {
    let next: SessionPage['next'] = null;
    do {
      ({ next } = await manager.list({ filter: { role: 'none' }, after: next }));
    } while (next !== null);
    seconds = (performance.now() - begun) / 1_000;
  });
  const means = stats
    .filter(({ calls }) => calls > 10)
    .map(({ name, calls, micros }) => ({ name, micros: micros / calls }));
  means.sort((a, b) => b.micros - a.micros);
  const [{ name, micros } = { name: 'none', micros: 0 }] = means;
  return { seconds, dearest: name, dearestMicros: micros };
}
