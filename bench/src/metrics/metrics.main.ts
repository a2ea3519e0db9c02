import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Registry } from 'prom-client';
import type { CanActivate, DynamicModule } from '@nestjs/common';
import { SessionGuard } from 'nest-sessions';
import { SessionMetricsModule } from 'nest-sessions/metrics';
import { SessionTracingModule } from 'nest-sessions/tracing';
import { contextOf } from '../guard/context-of';
import { type Exchange, heldRequests } from '../guard/held-requests';
import { sessionGuardApp } from '../guard/session-guard-app';
import { untilCached } from '../guard/until-cached';
import { interleaved } from '../measure/interleaved';
import { cpuTime } from '../servers/cpu-time';
import type { Adapter } from '../servers/protection';
import { sessionCredentials } from '../servers/protections/nest-sessions';
import { type Feature, type MetricsFigures, type Source, SOURCES } from './metrics-figures';

/** Requests in flight at once. */
const IN_FLIGHT = 32;

/** Rounds and CPU time of one round, in milliseconds. Two rounds are one ABBA. */
const PLANS = { full: { rounds: 48, round: 60 }, quick: { rounds: 24, round: 20 } };

/** Modules of the features. There is no OpenTelemetry SDK. */
const MODULES: Readonly<Record<Feature, () => DynamicModule>> = {
  metrics: () => SessionMetricsModule.forRoot({ register: new Registry() }),
  tracing: () => SessionTracingModule.forRoot({}),
};

interface Variant {
  readonly source: Source;
  readonly hasFeature: boolean;
  readonly guard: CanActivate;
  /** Calls per round. */
  count: number;
}

/**
 * Measures the guard with and without a feature on one adapter, all variants in one process. Arguments:
 * feature, adapter, Redis URL, `quick` or `full`.
 */
async function main(): Promise<void> {
  const args = process.argv.slice(2) as [Feature, Adapter, string?, string?];
  const [feature, adapter, redisUrl = '', length] = args;
  const plan = length === 'quick' ? PLANS.quick : PLANS.full;
  const { valid } = await sessionCredentials(redisUrl);
  const exchanges = await heldRequests(adapter, valid, IN_FLIGHT);
  const variants: Variant[] = [];
  for (const source of SOURCES) {
    for (const hasFeature of [false, true]) {
      const imports = hasFeature ? [MODULES[feature]()] : [];
      const guard = await guardOf(adapter, redisUrl, source, imports);
      if (source === 'near-cached') await untilCached(guard, exchanges);
      variants.push({ source, hasFeature, guard, count: IN_FLIGHT });
    }
  }
  // Warms up, until a round has its length.
  await interleaved(variants, 6, async (variant) => {
    const took = await timed(variant, exchanges);
    variant.count = Math.max(IN_FLIGHT, Math.round((variant.count * plan.round * 1e3) / took));
  });
  const measured = await interleaved(variants, plan.rounds, async (variant) => {
    await nextTurn();
    return ((await timed(variant, exchanges)) / variant.count) * 1e3;
  });
  const roundsOf = (source: Source, hasFeature: boolean) =>
    [...measured].find(([it]) => it.source === source && it.hasFeature === hasFeature)?.[1] ?? [];
  const figures: MetricsFigures[] = SOURCES.map((source) => ({
    adapter,
    source,
    without: roundsOf(source, false),
    withFeature: roundsOf(source, true),
  }));
  process.send?.(figures);
}

async function guardOf(
  adapter: Adapter,
  redisUrl: string,
  source: Source,
  imports: DynamicModule[],
): Promise<CanActivate> {
  const app = await sessionGuardApp(adapter, redisUrl, {
    nearCache: source === 'near-cached',
    imports,
  });
  return app.get(SessionGuard);
}

/**
 * Calls a guard and returns the CPU time, in microseconds.
 *
 * @throws Error when the guard does not authorize a request, or not from its source
 */
async function timed(
  { guard, source, count }: Variant,
  exchanges: readonly Exchange[],
): Promise<number> {
  const before = cpuTime();
  for (let called = 0; called < count; called += exchanges.length) {
    const answers = exchanges.map((it) => guard.canActivate(contextOf(it)));
    if (source === 'near-cached') {
      if (!answers.every((it) => it === true)) throw new Error('A session was not in memory');
    } else if (!(await Promise.all(answers as Promise<boolean>[])).every((it) => it)) {
      throw new Error('A request was not authorized');
    }
  }
  return cpuTime() - before;
}

process.on('disconnect', () => {
  process.exit();
});
main()
  .then(() => process.exit())
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
