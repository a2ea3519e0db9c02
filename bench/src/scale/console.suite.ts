import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { commandsDuring, millisecondsOf } from '../measure/command-stats';
import { grouped } from '../measure/grouped';
import { MeasuredRedis } from '../measure/measured-redis';
import { median } from '../measure/median';
import { rounded } from '../measure/rounded';
import { type CommandDurations, durationsDuring, KEPT_FROM } from '../measure/slow-log';
import type { BenchContext, Suite, SuiteResult } from '../suite';
import { signInTo, startConsoleApp } from './console-app';
import { ConsoleVisit } from './console-visit';
import { fill } from './fill';

const QUICK = 60_000;
const FULL = 1_000_000;

/** Visits of each list. The figures are medians. */
const VISITS = 5;

/** Sessions of a user among all others. */
const OF_USER = 3;

/** Sessions of the first page. */
const PAGE = 50;

/** Limit of the server's time for a list that the console shows, in milliseconds. */
const MOST_SERVER_MS = 100;

/** Limit of the dearest command of a search, in microseconds on average. */
const DEAREST_MICROS = 1_000;

/** Calls from which an average counts. */
const MANY_CALLS = 10;

interface Shown {
  readonly name: string;
  /** Milliseconds of the server's time. */
  readonly serverMs: number;
  /** Milliseconds from the address to the rows in the page. */
  readonly pageMs: number;
}

export const consoleSuite: Suite = {
  name: 'console',
  title: 'The console in a browser',
  isOnDemand: true,
  run,
};

async function run({ isQuick, log }: BenchContext): Promise<SuiteResult> {
  const count = isQuick ? QUICK : FULL;
  const redis = await MeasuredRedis.start();
  try {
    const begun = performance.now();
    await fill(redis, count, log);
    log(`filled in ${seconds(begun)} s`);
    const app = await startConsoleApp(redis.url);
    try {
      const visit = await ConsoleVisit.start(app.url);
      try {
        return await measure(count, redis.client, visit, app.url, log);
      } finally {
        await visit.close();
      }
    } finally {
      await app.stop();
    }
  } finally {
    await redis.stop();
  }
}

async function measure(
  count: number,
  client: Redis,
  visit: ConsoleVisit,
  url: string,
  log: (line: string) => void,
): Promise<SuiteResult> {
  let user = '';
  for (let n = 0; n < OF_USER; n += 1) user = await signInTo(url, 'alice');
  const all = { total: count + OF_USER + 1, rows: PAGE };
  const shown = [
    await medianOf('first page and total', client, async () => {
      expectSame(await visit.list(), all);
    }),
    await medianOf('all sessions of one user', client, async () => {
      expectSame(await visit.list(user), { total: OF_USER, rows: OF_USER });
    }),
  ];
  for (const { name, serverMs, pageMs } of shown) {
    log(`${name}: ${rounded(serverMs, 2)} ms of Redis, shown after ${rounded(pageMs)} ms`);
  }
  let cancelledAt = 0;
  let found = 0;
  let walkSeconds = 0;
  const commands = await durationsDuring(client, async () => {
    // A role that no sample session has: the search reads all sessions.
    await visit.beginSearch('admin');
    cancelledAt = await visit.cancelSearch();
    const begun = performance.now();
    found = await visit.completeSearch();
    walkSeconds = (performance.now() - begun) / 1_000;
  });
  if (cancelledAt === 0 || cancelledAt >= count) {
    throw new Error(`The search was cancelled after ${cancelledAt} of ${count} sessions`);
  }
  expectSame({ found }, { found: 1 });
  const perSecond = Math.round((all.total - cancelledAt) / walkSeconds);
  log(`search: cancelled after ${grouped(cancelledAt)}, then ${grouped(perSecond)} per second`);
  return resultOf(count, shown, { cancelledAt, walkSeconds, perSecond, commands });
}

interface Search {
  /** Sessions that the search had read when it was cancelled. */
  readonly cancelledAt: number;
  /** Duration of the remaining search. */
  readonly walkSeconds: number;
  readonly perSecond: number;
  readonly commands: readonly CommandDurations[];
}

function resultOf(count: number, shown: readonly Shown[], search: Search): SuiteResult {
  const { cancelledAt, walkSeconds, perSecond } = search;
  const commands = search.commands.filter(({ calls }) => calls >= MANY_CALLS);
  const [dearest] = commands;
  if (dearest === undefined) throw new Error('The search sent no commands');
  const together = shown.reduce((sum, { serverMs }) => sum + serverMs, 0);
  return {
    tables: [
      {
        title: `Lists among ${grouped(count)} sessions`,
        columns: ['list', "Redis' time, ms", 'from the address to the rows in the page, ms'],
        rows: shown.map(({ name, serverMs, pageMs }) => [
          name,
          rounded(serverMs, 2),
          rounded(pageMs),
        ]),
      },
      {
        title: `Search by a role among ${grouped(count)} sessions`,
        columns: ['read when cancelled', 'seconds for the rest', 'sessions per second'],
        rows: [[grouped(cancelledAt), rounded(walkSeconds, 1), grouped(perSecond)]],
      },
      {
        title: 'Commands of the search, µs',
        columns: ['command', 'calls', 'mean', 'longest'],
        rows: commands.map(({ name, calls, mean, longest }) => [
          name,
          grouped(calls),
          rounded(mean),
          longest === null ? `below ${KEPT_FROM}` : grouped(longest),
        ]),
      },
    ],
    goals: [
      {
        what: "first page, total and sessions of one user together, Redis' time",
        target: `at most ${MOST_SERVER_MS} ms`,
        measured: `${rounded(together)} ms`,
        isMet: together <= MOST_SERVER_MS,
      },
      {
        what: 'dearest command of a search through all sessions, on average',
        target: `at most ${DEAREST_MICROS} µs`,
        measured: `${rounded(dearest.mean)} µs (${dearest.name})`,
        isMet: dearest.mean <= DEAREST_MICROS,
      },
    ],
    notes: [
      "Redis' time is the sum over all commands of a visit (`INFO commandstats`), the guard's and the background's included. The longest single commands are from `SLOWLOG`, in wall-clock time: on a busy machine they show how long Redis waited for a core.",
    ],
    data: { count, shown, search },
  };
}

async function medianOf(name: string, client: Redis, show: () => Promise<void>): Promise<Shown> {
  await show();
  const [server, page]: [number[], number[]] = [[], []];
  for (let n = 0; n < VISITS; n += 1) {
    const begun = performance.now();
    const stats = await commandsDuring(client, async () => {
      await show();
      page.push(performance.now() - begun);
    });
    server.push(millisecondsOf(stats));
  }
  return { name, serverMs: median(server), pageMs: median(page) };
}

function expectSame(actual: object, expected: object): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`The console shows ${got} instead of ${wanted}`);
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1_000).toFixed(0);
}
