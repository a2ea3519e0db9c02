import { grouped } from '../measure/grouped';
import { atMost } from '../measure/ratio-goal';
import { rounded } from '../measure/rounded';
import type { Goal, SuiteResult, Table } from '../suite';
import { capacityGoal, type CapacityFigures, capacityNotes, capacityTable } from './capacity';
import { KINDS } from './fill';
import { type Cost, type Operation, OPERATIONS, type Population } from './population';
import { RECORD_BYTES } from './sample-sessions';

/** Limit of a session's bytes without the index, for a record of 600 bytes. */
const MOST_BYTES = 1_000;

/** Operations whose cost must not depend on the population. "Of many" exceeds the CPU caches by design. */
const FLAT_OPERATIONS = OPERATIONS.filter((operation) => !operation.includes('of many'));

/** Limit of the ratio between the costs in the largest and the smallest population. */
const FLAT = 1.25;

export type Costs = Readonly<Record<Operation, Cost>>;

export function costOf(costs: ReadonlyMap<Population, Costs>, population: Population): Costs {
  const found = costs.get(population);
  if (found === undefined) throw new Error('The run holds no figures of this population');
  return found;
}

export function scaleReport(
  populations: readonly Population[],
  costs: ReadonlyMap<Population, Costs>,
  heap: number,
  figures: CapacityFigures,
): SuiteResult {
  return {
    tables: [memoryTable(populations), costTable(populations, costs), capacityTable(figures)],
    goals: [
      ...populations.map(memoryGoal),
      ...flatGoals(populations, costs),
      capacityGoal(figures),
    ],
    notes: [
      `Records have ${RECORD_BYTES} bytes, each session has a user of its own, and all are in one Redis per size. Pipelines wrote them, with the commands and records of the write side; sign-ins and sign-outs are SessionManager's.`,
      "Bytes are the growth of Redis' allocated memory since it was empty, with its tables and without its clients' buffers; the parts were written one after the other.",
      'CPU time of the whole server, and of this process, which does nothing else, with 32 operations in flight; medians of rounds over all sizes in turn. "Alone": 32 connections with one read each, without shared round trips. "Clock due": the read also renews the idle timeout, once a minute for a session in use. Each size reads the same number of sessions, from the whole population; "of many" reads ten times as many. The CPU caches hold a thousand sessions, but not a thousand of a million: operations that share round trips show the difference.',
      `One entry of the near-cache takes ${grouped(heap)} bytes of the service's heap.`,
      ...capacityNotes(figures),
    ],
    data: {
      populations: populations.map(({ count, bytes, keyBytes }) => ({ count, bytes, keyBytes })),
      costs: populations.map((it) => ({ count: it.count, medians: costOf(costs, it) })),
      nearCacheBytesPerEntry: heap,
      residentRatio: figures.residentRatio,
      bcryptCpu: figures.bcryptCpu,
    },
  };
}

function memoryTable(populations: readonly Population[]): Table {
  return {
    title: 'Bytes of Redis per session',
    columns: ['sessions', ...KINDS, 'record and clock', 'total'],
    rows: populations.map((it) => [
      grouped(it.count),
      ...KINDS.map((kind) => Math.round(it.bytes[kind])),
      Math.round(it.bytes.record + it.bytes['idle clock']),
      Math.round(it.keyBytes / it.count),
    ]),
  };
}

function costTable(
  populations: readonly Population[],
  costs: ReadonlyMap<Population, Costs>,
): Table {
  const sizes = populations.map(({ count }) => grouped(count));
  return {
    title: 'Cost of one operation, by the number of sessions',
    columns: [
      'operation',
      'commands',
      ...sizes.map((size) => `Redis µs, ${size}`),
      'ratio',
      ...sizes.map((size) => `Node µs, ${size}`),
      'Node ratio',
    ],
    rows: OPERATIONS.map((operation) => {
      const each = populations.map((it) => costOf(costs, it)[operation]);
      return [
        operation,
        rounded(each.at(-1)?.commands ?? NaN, 2),
        ...each.map(({ redisCpu }) => rounded(redisCpu)),
        rounded(ratio(each, 'redisCpu'), 2),
        ...each.map(({ nodeCpu }) => rounded(nodeCpu)),
        rounded(ratio(each, 'nodeCpu'), 2),
      ];
    }),
  };
}

function memoryGoal({ count, bytes }: Population): Goal {
  return atMost(
    `record and idle clock of one session among ${grouped(count)}`,
    MOST_BYTES,
    bytes.record + bytes['idle clock'],
    'bytes',
  );
}

/** Compares the largest population with the smallest. */
function flatGoals(
  populations: readonly Population[],
  costs: ReadonlyMap<Population, Costs>,
): Goal[] {
  const ofOperation = (operation: Operation, field: keyof Cost, what: string): Goal => {
    const each = populations.map((it) => costOf(costs, it)[operation]);
    const sizes = `${grouped(populations.at(-1)?.count ?? 0)} to ${grouped(populations[0]?.count ?? 0)} sessions`;
    return atMost(`${operation}: ${what}, ${sizes}`, FLAT, ratio(each, field), 'times');
  };
  return [
    ...FLAT_OPERATIONS.map((operation) => ofOperation(operation, 'redisCpu', 'CPU of Redis')),
    ...FLAT_OPERATIONS.map((operation) => ofOperation(operation, 'nodeCpu', 'CPU of Node.js')),
    ...FLAT_OPERATIONS.map((operation) => ofOperation(operation, 'commands', 'commands')),
  ];
}

function ratio(costs: readonly Cost[], field: keyof Cost): number {
  return (costs.at(-1)?.[field] ?? NaN) / (costs[0]?.[field] ?? NaN);
}
