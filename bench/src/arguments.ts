import { parseArgs } from 'node:util';
import type { Suite } from './suite';

export interface BenchArguments {
  readonly isQuick: boolean;
  readonly writesChart: boolean;
  readonly suites: readonly Suite[];
}

/** Suite from which the chart is drawn. */
const CHARTED = 'http';

/** @throws Error with the names of the available suites */
export function parseArguments(args: readonly string[], all: readonly Suite[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      chart: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const suites =
    values.only === undefined
      ? all.filter(({ isOnDemand }) => !isOnDemand)
      : chosen(values.only.split(','), all);
  if (values.chart && !suites.some(({ name }) => name === CHARTED)) {
    throw new Error(`--chart needs the suite ${CHARTED}: add it to --only.`);
  }
  return { isQuick: values.quick, writesChart: values.chart, suites };
}

function chosen(names: readonly string[], all: readonly Suite[]): Suite[] {
  const known = all.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no suite ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  }
  return all.filter(({ name }) => names.includes(name));
}
