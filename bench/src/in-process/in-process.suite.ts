import { RedisServer } from '../../../tools/redis/redis-server';
import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import { atMost } from '../measure/ratio-goal';
import { rounded } from '../measure/rounded';
import { checkVariant } from '../servers/check-variant';
import type { Adapter } from '../servers/protection';
import type { ServerProcess } from '../servers/server-process';
import { startServers, stopServers } from '../servers/started-servers';
import { type Variant, variantsOf } from '../servers/variants';
import type { Goal, Suite, Table } from '../suite';
import type { InProcessFigures, ProcessFigures } from './in-process-figures';
import {
  FULL_PLAN,
  type InProcessPlan,
  LONGEST_WARM_UP,
  MANY,
  QUICK_PLAN,
  QUICK_VARIANTS,
} from './in-process.plan';

/** Limit of what the near-cache adds to a whole request that passes a guard, in percent. */
const NEAR_LIMIT = 5;

/** Milliseconds. */
const WARM_UP_SLICE = 100;

/** Measures a whole request without sockets, and so without the operating system's part. */
export const inProcessSuite: Suite = {
  name: 'in-process',
  title: 'A request without sockets',
  async run({ isQuick, log }) {
    const redis = await RedisServer.start();
    try {
      const plan = isQuick ? QUICK_PLAN : FULL_PLAN;
      const figures: InProcessFigures[] = [];
      for (const adapter of ['express', 'fastify'] as const) {
        const variants = variantsOf(adapter).filter(
          ({ name }) => !isQuick || QUICK_VARIANTS.includes(name),
        );
        log(`${adapter}: ${variants.length} variants in ${plan.processes} processes each`);
        figures.push(...(await measureAdapter(adapter, variants, redis.url, plan)));
      }
      return {
        tables: [tableOf('express', figures), tableOf('fastify', figures)],
        goals: [...nearGoals('express', figures), ...nearGoals('fastify', figures)],
        notes: [
          'The application receives requests without a socket; Redis is reached over loopback. On Fastify light-my-request makes them, on Express Node.js: compare within an adapter only.',
          'One at a time, a request that reads from Redis also pays for waking up the process. Under load many requests share that cost.',
        ],
        data: { figures },
      };
    } finally {
      await redis.stop();
    }
  },
};

async function measureAdapter(
  adapter: Adapter,
  variants: readonly Variant[],
  redisUrl: string,
  plan: InProcessPlan,
): Promise<InProcessFigures[]> {
  const processes = new Map<Variant, ProcessFigures[]>(variants.map((variant) => [variant, []]));
  for (let generation = 0; generation < plan.processes; generation++) {
    const servers = await startServers(adapter, variants, redisUrl);
    try {
      for (const server of servers) await checkVariant(server);
      for (const server of servers) await warmUp(server, plan);
      const rounds = await interleaved(servers, plan.rounds, (server) =>
        measureRound(server, plan),
      );
      for (const [{ variant }, measured] of rounds) processes.get(variant)?.push(medians(measured));
    } finally {
      await stopServers(servers);
    }
  }
  return [...processes].map(([{ name, label }, measured]) => ({
    adapter,
    variant: name,
    label,
    ...medians(measured),
    processes: measured,
  }));
}

async function measureRound(
  server: ServerProcess,
  { round }: InProcessPlan,
): Promise<ProcessFigures> {
  const perRequest = async (inFlight: number) => {
    const { cpu, requests } = await server.inject(server.credentials.valid, inFlight, round);
    return cpu / requests;
  };
  const concurrent = await perRequest(MANY);
  return { sequential: await perRequest(1), concurrent };
}

function medians(measured: readonly ProcessFigures[]): ProcessFigures {
  return {
    sequential: median(measured.map(({ sequential }) => sequential)),
    concurrent: median(measured.map(({ concurrent }) => concurrent)),
  };
}

async function warmUp(server: ServerProcess, plan: InProcessPlan): Promise<void> {
  const until = performance.now() + LONGEST_WARM_UP;
  for (let done = 0; done < plan.warmUp && performance.now() < until;) {
    const { requests } = await server.inject(server.credentials.valid, MANY, WARM_UP_SLICE);
    done += requests;
  }
}

function tableOf(adapter: Adapter, figures: readonly InProcessFigures[]): Table {
  const ofAdapter = figures.filter((it) => it.adapter === adapter);
  const floor = figureOf(ofAdapter, 'none');
  return {
    title: `${adapter === 'express' ? 'Express' : 'Fastify'}, without sockets (µs of CPU per request)`,
    columns: ['variant', 'one at a time', 'added', `${MANY} in flight`, 'added'],
    rows: ofAdapter.map((it) => [
      it.label,
      rounded(it.sequential),
      rounded(it.sequential - floor.sequential),
      rounded(it.concurrent),
      rounded(it.concurrent - floor.concurrent),
    ]),
  };
}

function nearGoals(adapter: Adapter, figures: readonly InProcessFigures[]): Goal[] {
  const ofAdapter = figures.filter((it) => it.adapter === adapter);
  const near = ofAdapter.find(({ variant }) => variant === 'near');
  if (!near) return [];
  const { sequential } = figureOf(ofAdapter, 'guard-true');
  const more = (near.sequential / sequential - 1) * 100;
  const what = `near-cached: a whole request on ${adapter}, over a guard that returns true`;
  return [atMost(what, NEAR_LIMIT, more, '% more')];
}

/** @throws Error when the run holds no such figure */
function figureOf(figures: readonly InProcessFigures[], name: string): InProcessFigures {
  const found = figures.find(({ variant }) => variant === name);
  if (!found) throw new Error(`${name} was not measured`);
  return found;
}
