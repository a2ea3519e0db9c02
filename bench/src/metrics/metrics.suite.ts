import { resolve } from 'node:path';
import { RedisServer } from '../../../tools/redis/redis-server';
import { median } from '../measure/median';
import { messageOfChild } from '../measure/message-of-child';
import { percentile } from '../measure/percentile';
import { rounded } from '../measure/rounded';
import type { Adapter } from '../servers/protection';
import type { Suite } from '../suite';
import type { Feature, MetricsFigures } from './metrics-figures';

const ADAPTERS: readonly Adapter[] = ['express', 'fastify'];

const MAIN = resolve(__dirname, 'metrics.main.js');

/** Cost of `SessionMetricsModule` for the guard, with the session in memory and in Redis. */
export const metricsSuite = costOf('metrics');

/** Cost of `SessionTracingModule` for the guard, without an OpenTelemetry SDK. */
export const tracingSuite = costOf('tracing');

function costOf(feature: Feature): Suite {
  return {
    name: feature,
    title: `The guard with ${feature}`,
    isOnDemand: true,
    async run({ isQuick, log }) {
      const redis = await RedisServer.start();
      try {
        const figures: MetricsFigures[] = [];
        for (const adapter of ADAPTERS) {
          log(`${adapter}: calling the guard with and without ${feature}, in turns`);
          const args = [feature, adapter, redis.url, isQuick ? 'quick' : 'full'];
          figures.push(...(await messageOfChild<MetricsFigures[]>(MAIN, args)));
        }
        return {
          tables: [
            {
              title: 'canActivate (µs of CPU per call)',
              columns: ['session', 'adapter', 'without', `with ${feature}`, 'ratio', '10 to 90 %'],
              rows: figures.map(rowOf),
            },
          ],
          goals: [],
          notes: [
            'A ratio is that of an ABBA: without, with, with, without. The spread is that of all of them.',
            'Direct: 32 requests in flight, and the CPU of the Redis client is part of the figure.',
          ],
          data: { figures },
        };
      } finally {
        await redis.stop();
      }
    },
  };
}

function rowOf({ adapter, source, without, withFeature }: MetricsFigures): (string | number)[] {
  const ratios = ratiosOf(without, withFeature);
  const spread = [10, 90].map((it) => rounded(percentile(ratios, it), 2));
  return [
    source,
    adapter,
    rounded(median(without) / 1e3, 2),
    rounded(median(withFeature) / 1e3, 2),
    rounded(median(ratios), 2),
    `${spread.join(' to ')} (${ratios.length})`,
  ];
}

/** Returns the ratio of each two rounds. The second round goes backwards. */
function ratiosOf(without: readonly number[], withFeature: readonly number[]): number[] {
  const pair = (rounds: readonly number[], first: number) =>
    (rounds[first] ?? 0) + (rounds[first + 1] ?? 0);
  return without.flatMap((_, i) => (i % 2 === 0 ? [pair(withFeature, i) / pair(without, i)] : []));
}
