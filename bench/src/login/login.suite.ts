import type { BenchContext, Goal, Suite, SuiteResult } from '../suite';
import { setTimeout as delay } from 'node:timers/promises';
import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import { type PacedRoute, PacedRequests } from '../measure/paced-requests';
import { percentile } from '../measure/percentile';
import { rounded } from '../measure/rounded';
import { type SignInFigures, signInInTurn, SignInLoad } from './sign-in-load';
import { SignedInSystem } from './signed-in-system';

const AT_ONCE = 50;

/** Limit of the p99 ratio of guarded requests, with sign-ins to without. */
const MOST_TIMES = 2;

/** Rate of each guarded route, low enough that the services have time to spare. */
const REQUESTS_PER_SECOND = 100;

/** Rate of the file's route. Requests that wait for a thread delay all later ones. */
const FILES_PER_SECOND = 20;

/** Time from the first sign-in until the queue has filled, in milliseconds. */
const RUN_UP = 500;

interface Sizing {
  readonly rounds: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly inTurn: number;
}

const QUICK: Sizing = { rounds: 2, duration: 1_500, inTurn: 5 };
const FULL: Sizing = { rounds: 6, duration: 5_000, inTurn: 20 };

/** Route of a file, which Node.js reads in bcrypt's thread pool. */
const FILE = 'GET /docs/favicon-16x16.png';

const QUIET = 'no sign-ins';
const BUSY = `${AT_ONCE} sign in at once`;

interface Round {
  /** Percentiles of each route, in milliseconds. */
  readonly p50: ReadonlyMap<string, number>;
  readonly p99: ReadonlyMap<string, number>;
  readonly signIns: SignInFigures | null;
}

interface GuardedRoute extends PacedRoute {
  /** `true` for routes that sign-ins must not slow down. */
  readonly isGuarded: boolean;
}

export const loginSuite: Suite = { name: 'login', title: 'While users sign in', run };

async function run(context: BenchContext): Promise<SuiteResult> {
  const { rounds, duration, inTurn } = context.isQuick ? QUICK : FULL;
  context.log('building and starting the auth and orders apps');
  const system = await SignedInSystem.start();
  const requests = PacedRequests.start();
  try {
    const routes = await routesOf(system);
    await requests.run({ routes, duration: 1_000 });
    const alone = await signInInTurn(system, inTurn);
    context.log(`${alone.perSecond.toFixed(1)} sign-ins/s, one after the other`);
    const measured = await interleaved([QUIET, BUSY], rounds, async (variant, round) => {
      const figures = await measureRound(system, requests, routes, duration, variant === BUSY);
      const worst = routes.map(({ name }) => `${name} ${shown(figures.p99.get(name))}`).join(', ');
      context.log(`round ${round + 1} of ${rounds}, ${variant}: p99 in ms: ${worst}`);
      return figures;
    });
    return report(routes, alone, measured.get(QUIET) ?? [], measured.get(BUSY) ?? []);
  } finally {
    requests.stop();
    await system.stop();
  }
}

async function routesOf(system: SignedInSystem): Promise<GuardedRoute[]> {
  const { token } = await system.signIn('alice');
  const headers = { authorization: `Bearer ${String(token)}` };
  const guarded = { headers, perSecond: REQUESTS_PER_SECOND, isGuarded: true };
  const { auth, orders } = system;
  return [
    { name: 'GET /orders', url: `${orders.url}/orders`, ...guarded },
    { name: 'GET /auth/session', url: `${auth.url}/auth/session`, ...guarded },
    {
      name: FILE,
      url: `${auth.url}/docs/favicon-16x16.png`,
      headers,
      perSecond: FILES_PER_SECOND,
      isGuarded: false,
    },
  ];
}

async function measureRound(
  system: SignedInSystem,
  requests: PacedRequests,
  routes: readonly GuardedRoute[],
  duration: number,
  isBusy: boolean,
): Promise<Round> {
  const load = isBusy ? new SignInLoad(system, AT_ONCE) : null;
  try {
    await delay(RUN_UP);
    const answers = await requests.run({ routes, duration });
    const percentiles = (percent: number) =>
      new Map(Object.entries(answers).map(([name, times]) => [name, percentile(times, percent)]));
    const signIns = (await load?.stop()) ?? null;
    return { p50: percentiles(50), p99: percentiles(99), signIns };
  } finally {
    await load?.stop();
  }
}

function report(
  routes: readonly GuardedRoute[],
  alone: SignInFigures,
  quiet: readonly Round[],
  busy: readonly Round[],
): SuiteResult {
  const atOnce = busy.map(({ signIns }) => signIns).filter((it) => it !== null);
  const figures = routes.map((route) => {
    const of = (rounds: readonly Round[], which: 'p50' | 'p99') =>
      median(rounds.map((round) => round[which].get(route.name) ?? NaN));
    const [p99, busyP99] = [of(quiet, 'p99'), of(busy, 'p99')];
    return {
      route,
      p50: of(quiet, 'p50'),
      busyP50: of(busy, 'p50'),
      p99,
      busyP99,
      times: busyP99 / p99,
    };
  });
  return {
    tables: [
      {
        title: 'Sign-ins',
        columns: ['', 'per second', 'p50 ms', 'p99 ms', '429 or 503'],
        rows: [signInRow('one after the other', [alone]), signInRow(`${AT_ONCE} at once`, atOnce)],
      },
      {
        title: 'Other requests meanwhile, ms',
        columns: ['route', 'p50', `p50, ${BUSY}`, 'p99', `p99, ${BUSY}`, 'p99, times'],
        rows: figures.map(({ route, p50, busyP50, p99, busyP99, times }) => [
          route.name,
          ...[p50, busyP50, p99, busyP99, times].map((value) => rounded(value, 2)),
        ]),
      },
    ],
    goals: figures
      .filter(({ route }) => route.isGuarded)
      .map(({ route, p99, busyP99, times }): Goal => ({
        what: `p99 of ${route.name} while ${BUSY}`,
        target: `at most ${MOST_TIMES} times its value without sign-ins`,
        measured: `${times.toFixed(2)} times (${shown(busyP99)} ms against ${shown(p99)} ms)`,
        isMet: times <= MOST_TIMES,
      })),
    notes: [
      `Auth and orders as they are built, on Express, bcrypt's cost 12, with the embedded PostgreSQL unless DATABASE_URL names another; ${REQUESTS_PER_SECOND} requests/s to each guarded route from a process of its own, sent without waiting for earlier answers; medians of alternating rounds with and without sign-ins. Services and clients share one machine.`,
      `${FILE} of auth is a file (${FILES_PER_SECOND} requests/s), read in the thread pool in which bcrypt works.`,
    ],
    data: {
      alone,
      quiet: quiet.map(plain),
      busy: busy.map(plain),
    },
  };
}

function plain({ p50, p99, signIns }: Round) {
  return { p50: Object.fromEntries(p50), p99: Object.fromEntries(p99), signIns };
}

function signInRow(title: string, figures: readonly SignInFigures[]): (string | number)[] {
  const times = figures.flatMap((it) => it.times);
  return [
    title,
    rounded(median(figures.map(({ perSecond }) => perSecond)), 2),
    Math.round(percentile(times, 50)),
    Math.round(percentile(times, 99)),
    figures.reduce((sum, { refused }) => sum + refused, 0),
  ];
}

function shown(milliseconds: number | undefined): string {
  return (milliseconds ?? NaN).toFixed(1);
}
