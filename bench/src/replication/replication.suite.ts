import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import { rounded } from '../measure/rounded';
import type { Operation } from '../scale/population';
import type { BenchContext, Suite, SuiteResult } from '../suite';
import { type ReplicatedCost, ReplicatedPopulation } from './replicated-population';

const REPLICAS = [0, 1, 2];

/** Sign-outs end the sessions of the sign-ins before them. */
const MEASURED: readonly Operation[] = ['read', 'read, clock due', 'sign-in', 'sign-out'];

type Costs = Partial<Record<Operation, ReplicatedCost>>;

/** Measures the cost of replicas: CPU of master and replicas, and network traffic. */
export const replicationSuite: Suite = {
  name: 'replication',
  title: 'Cost of replicas',
  run,
};

async function run({ isQuick, log }: BenchContext): Promise<SuiteResult> {
  const rounds = isQuick ? 2 : 7;
  const times = isQuick ? 500 : 2_000;
  const populations: ReplicatedPopulation[] = [];
  try {
    for (const count of REPLICAS) populations.push(await ReplicatedPopulation.of(count));
    const once = async (population: ReplicatedPopulation) => {
      const costs: Costs = {};
      for (const operation of MEASURED)
        costs[operation] = await population.measure(operation, times);
      return costs;
    };
    // Warm-up: without it the first population would pay for the JIT compiler.
    for (const population of populations) await once(population);
    log(`${rounds} rounds with ${REPLICAS.join(', ')} replicas`);
    const measured = await interleaved(populations, rounds, once);
    return report(populations, measured);
  } finally {
    await Promise.all(populations.map((population) => population.stop()));
  }
}

function report(
  populations: readonly ReplicatedPopulation[],
  measured: ReadonlyMap<ReplicatedPopulation, Costs[]>,
): SuiteResult {
  const of = (
    population: ReplicatedPopulation | undefined,
    operation: Operation,
    field: keyof ReplicatedCost,
  ) => {
    const rounds = population ? (measured.get(population) ?? []) : [];
    return median(rounds.map((costs) => costs[operation]?.[field] ?? NaN));
  };
  const most = populations.at(-1);
  return {
    tables: [
      {
        title: 'CPU of Redis per operation (µs) and network traffic',
        columns: [
          'operation',
          ...populations.map(({ replicaCount }) => `master, ${replicaCount} replicas`),
          'each replica',
          'bytes to each replica',
        ],
        rows: MEASURED.map((operation) => [
          operation,
          ...populations.map((it) => rounded(of(it, operation, 'redisCpu'))),
          rounded(of(most, operation, 'replicaCpu')),
          Math.round(of(most, operation, 'bytes')),
        ]),
      },
    ],
    goals: [],
    notes: [
      'A replica takes as much memory as its master. Reads go to the master alone; a session in use is a write ("clock due") once a minute and process.',
    ],
    data: [...measured].map(([{ replicaCount }, rounds]) => ({ replicaCount, rounds })),
  };
}
