import { rounded } from '../measure/rounded';
import type { Adapter } from '../servers/protection';
import type { Table } from '../suite';
import type { HttpFigures } from './http-figures';
import { FIXED_RATE } from './http.plan';

export const ADAPTER_NAMES: Record<Adapter, string> = { express: 'Express', fastify: 'Fastify' };

/** Returns the CPU time in microseconds that a variant adds to an unguarded request. */
export function addedCpu(
  figures: readonly HttpFigures[],
  it: HttpFigures,
  load: 'saturated' | 'paced',
): number {
  const floor = figures.find((other) => other.variant === 'none' && other.adapter === it.adapter);
  if (!floor) throw new Error('The run holds no figure of the variant without a guard');
  return it[load].cpu - floor[load].cpu;
}

export function httpTables(figures: readonly HttpFigures[]): Table[] {
  return (['express', 'fastify'] as const).flatMap((adapter) => {
    const ofAdapter = figures.filter((it) => it.adapter === adapter);
    return [saturatedTable(adapter, ofAdapter), pacedTable(adapter, ofAdapter)];
  });
}

function saturatedTable(adapter: Adapter, figures: readonly HttpFigures[]): Table {
  return {
    title: `${ADAPTER_NAMES[adapter]}, saturated, 32 requests in flight (per request; µs of CPU)`,
    columns: [
      'variant',
      'CPU',
      'added',
      'requests/s',
      'Redis round trips',
      'Redis commands',
      'Redis CPU',
    ],
    rows: figures.map((it) => [
      it.label,
      rounded(it.saturated.cpu),
      rounded(addedCpu(figures, it, 'saturated')),
      Math.round(it.saturated.throughput),
      rounded(it.roundTrips, 2),
      rounded(it.saturated.redisCommands, 2),
      rounded(it.saturated.redisCpu),
    ]),
  };
}

function pacedTable(adapter: Adapter, figures: readonly HttpFigures[]): Table {
  return {
    title: `${ADAPTER_NAMES[adapter]}, ${FIXED_RATE.toLocaleString('en-US')} requests/s (per request; µs of CPU)`,
    columns: ['variant', 'CPU', 'added', 'requests/s', 'Redis commands', 'Redis CPU'],
    rows: figures.map((it) => [
      it.label,
      rounded(it.paced.cpu),
      rounded(addedCpu(figures, it, 'paced')),
      Math.round(it.paced.throughput),
      rounded(it.paced.redisCommands, 2),
      rounded(it.paced.redisCpu),
    ]),
  };
}
