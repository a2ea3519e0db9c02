import type { BenchContext, Suite, SuiteResult } from '../suite';
import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import { grouped } from '../measure/grouped';
import { bcryptCpu } from './bcrypt-cpu';
import { measureCachedHeap } from './cached-heap';
import { type Cost, type Operation, OPERATIONS, Population } from './population';
import { costOf, type Costs, scaleReport } from './scale.report';

interface Sizing {
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Repetitions of each operation per round. */
  readonly reads: number;
  readonly signIns: number;
  /** Number of sessions in the near-cache. */
  readonly cached: number;
}

const QUICK: Sizing = {
  sizes: [1_000, 20_000, 100_000],
  rounds: 3,
  reads: 5_000,
  signIns: 500,
  cached: 5_000,
};

const FULL: Sizing = {
  sizes: [1_000, 100_000, 1_000_000],
  rounds: 9,
  reads: 10_000,
  signIns: 1_000,
  cached: 20_000,
};

export const scaleSuite: Suite = {
  name: 'scale',
  title: 'From a thousand sessions to a million',
  run,
};

async function run(context: BenchContext): Promise<SuiteResult> {
  const { sizes, rounds, reads, signIns, cached } = context.isQuick ? QUICK : FULL;
  const log = (line: string) => {
    context.log(line);
  };
  const populations: Population[] = [];
  try {
    for (const size of sizes) populations.push(await Population.of(size, log));
    const all = await measureAll(populations, rounds, { reads, signIns, log });
    const smallest = populations[0];
    const largest = populations.at(-1);
    const reference = populations.at(-2);
    if (!smallest || !largest || !reference) throw new Error('The run holds no figures to compare');
    const costs = new Map(populations.map((population) => [population, medians(all, population)]));
    const heap = await measureCachedHeap(largest.url, cached);
    log(`near-cache: ${heap} bytes per entry`);
    const figures = {
      reference,
      largest,
      residentRatio: await largest.residentRatio(),
      cost: costOf(costs, largest),
      bcryptCpu: await bcryptCpu(),
    };
    return scaleReport(populations, costs, heap, figures);
  } finally {
    await Promise.all(populations.map((population) => population.stop()));
  }
}

async function measureAll(
  populations: readonly Population[],
  rounds: number,
  { reads, signIns, log }: { reads: number; signIns: number; log: (line: string) => void },
): Promise<Map<Population, Costs[]>> {
  const once = async (population: Population) => {
    const costs: Partial<Record<Operation, Cost>> = {};
    for (const operation of OPERATIONS) {
      const times = operation.startsWith('read') ? reads : signIns;
      costs[operation] = await population.measure(operation, times);
    }
    return costs as Costs;
  };
  // Warm-up: without it the first population would pay for the JIT compiler.
  for (const population of populations) await once(population);
  return interleaved(populations, rounds, async (population, round) => {
    const costs = await once(population);
    log(
      `round ${round + 1} of ${rounds}, ${grouped(population.count)} sessions: a read takes ` +
        `${costs.read.redisCpu.toFixed(1)} µs of Redis' CPU`,
    );
    return costs;
  });
}

function medians(all: ReadonlyMap<Population, Costs[]>, population: Population): Costs {
  const rounds = all.get(population) ?? [];
  const ofOperation = (operation: Operation): Cost => {
    const of = (field: keyof Cost) => median(rounds.map((round) => round[operation][field]));
    return { redisCpu: of('redisCpu'), nodeCpu: of('nodeCpu'), commands: of('commands') };
  };
  return Object.fromEntries(OPERATIONS.map((it) => [it, ofOperation(it)])) as Record<
    Operation,
    Cost
  >;
}
