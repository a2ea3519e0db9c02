import { median } from '../measure/median';
import { rounded } from '../measure/rounded';
import type { SuiteResult, Table } from '../suite';
import type { CostMeter, CostRound } from './measure-costs';
import type { LogoutFigures } from './measure-logouts';
import type { OutageFigures } from './measure-outages';
import type { CallTopology } from './service-calls';
import { STEADY_RATE } from './topologies.plan';
import type { Topology } from './topology';
import type { Counter } from './topology-system';

/** Cell without a figure. */
const NONE = '–';

/** A change of status within this time (ms) counts as part of the outage's beginning. */
const BLINK = 100;

/** Figures of one topology. */
export interface RequestRounds {
  readonly inTurn: CostRound;
  readonly steady: CostRound;
}

export interface TopologyFigures {
  readonly requests: ReadonlyMap<Topology, readonly RequestRounds[]>;
  readonly calls: ReadonlyMap<CallTopology, readonly CostRound[]>;
  readonly logouts: readonly LogoutFigures[];
  readonly outages: readonly OutageFigures[];
}

export function topologiesReport(
  figures: TopologyFigures,
  meter: CostMeter,
  leftOut: string | null,
): SuiteResult {
  const { requests, calls, logouts, outages } = figures;
  return {
    tables: [
      requestTable(requests, meter),
      callTable(calls, meter),
      logoutTable(logouts),
      outageTable(outages),
    ],
    goals: [],
    notes: [
      `GET /orders of the built apps, on Express: one auth, one Redis with an append-only file, and orders once for each row, each a process of its own. Rounds are interleaved; percentiles and costs are medians of rounds. Costs are measured at ${STEADY_RATE} requests/s and exclude the usage without requests; a small one can be negative.`,
      'Hops count the requests that a request causes. "gateway": the load generator calls /auth/verify before each request and forwards the identity, on kept connections; the latency includes both. "gateway, nginx": docker/gateway/nginx.conf as shipped, without TLS; it opens a connection for each verification and each request.',
      'After a logout: time from the answer of POST /auth/logout to the last authorized request. Checks start every 2 ms; the pause grows to a twentieth of the elapsed time, 100 ms at most. A part is killed and restarted; auth then signs with new keys. "Serves again" counts from the first answer of the part itself.',
      ...(leftOut === null ? [] : [`Without nginx: ${leftOut}.`]),
    ],
    data: {
      requests: [...requests].map(([{ name }, rounds]) => ({
        name,
        rounds: rounds.map(plainPair),
      })),
      calls: [...calls].map(([{ name }, rounds]) => ({ name, rounds: rounds.map(plain) })),
      logouts,
      outages,
    },
  };
}

function requestTable(requests: TopologyFigures['requests'], meter: CostMeter): Table {
  return {
    title: `GET /orders: latency in ms, CPU in µs per request`,
    columns: [
      'source',
      'hops',
      'p50, one at a time',
      'p99, one at a time',
      `p50, ${STEADY_RATE}/s`,
      `p99, ${STEADY_RATE}/s`,
      'CPU orders',
      'CPU auth',
      'CPU Redis',
      'CPU nginx',
      'Redis commands',
    ],
    rows: [...requests].map(([{ name, hops, service, ingress }, rounds]) => {
      const [inTurn, steady] = [rounds.map((it) => it.inTurn), rounds.map((it) => it.steady)];
      return [
        name,
        hops,
        ...[inTurn, steady].flatMap((some) => percentiles(some).map((ms) => rounded(ms, 2))),
        cost(meter, steady, `orders ${service}`),
        cost(meter, steady, 'auth'),
        cost(meter, steady, 'redis'),
        ingress === 'nginx' ? cost(meter, steady, 'nginx') : NONE,
        cost(meter, steady, 'commands', 2),
      ];
    }),
  };
}

function callTable(calls: TopologyFigures['calls'], meter: CostMeter): Table {
  return {
    title: 'POST /orders, where orders calls products: µs, one request at a time',
    columns: [
      'source, and what a call carries',
      'p50',
      'p99',
      'CPU orders',
      'CPU products',
      'CPU auth',
      'CPU Redis',
      'Redis commands',
    ],
    rows: [...calls].map(([{ name, orders, products }, rounds]) => [
      name,
      ...percentiles(rounds).map((ms) => Math.round(ms * 1_000)),
      cost(meter, rounds, orders),
      cost(meter, rounds, products),
      cost(meter, rounds, 'auth'),
      cost(meter, rounds, 'redis'),
      cost(meter, rounds, 'commands', 2),
    ]),
  };
}

function logoutTable(logouts: readonly LogoutFigures[]): Table {
  return {
    title: 'Revocation: time that an old credential stays valid after a logout, ms',
    columns: ['source', 'logouts', 'p50', 'max'],
    rows: logouts.map(({ name, delays, unending }) => [
      name,
      delays.length,
      rounded(median(delays)),
      unending === 0 ? rounded(Math.max(...delays)) : `over ${Math.max(...delays)}: not watched`,
    ]),
  };
}

function outageTable(outages: readonly OutageFigures[]): Table {
  return {
    title: 'When the upstream dies',
    columns: ['away', 'source', 'answers meanwhile', 'slowest, ms', 'serves again after, ms'],
    rows: outages.map(({ part, name, answers, slowest, servesAfter }) => [
      part,
      name,
      answersText(answers),
      Math.round(slowest),
      servesAfter === null ? 'not in time' : Math.round(servesAfter),
    ]),
  };
}

function answersText(answers: OutageFigures['answers']): string {
  const told = answers.filter(({ lasted }) => lasted >= BLINK);
  return told
    .map(({ status, lasted }, at) => {
      const text = status === null ? 'no answer' : String(status);
      return at === told.length - 1 ? text : `${text} for ${(lasted / 1_000).toFixed(1)} s`;
    })
    .join(', then ');
}

function percentiles(rounds: readonly CostRound[]): [p50: number, p99: number] {
  return [median(rounds.map((it) => it.p50)), median(rounds.map((it) => it.p99))];
}

function cost(
  meter: CostMeter,
  rounds: readonly CostRound[],
  counter: Counter,
  digits = 0,
): number | string {
  const value = meter.perRequest(rounds, counter);
  return value === null ? NONE : rounded(value, digits);
}

function plainPair({ inTurn, steady }: RequestRounds) {
  return { inTurn: plain(inTurn), steady: plain(steady) };
}

function plain({ used, ...round }: CostRound) {
  return { ...round, used: Object.fromEntries(used) };
}
