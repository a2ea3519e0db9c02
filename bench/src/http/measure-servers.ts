import type { Load, LoadResult } from '../load/load';
import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import type { RedisObserver } from '../measure/redis-usage';
import type { Adapter } from '../servers/protection';
import type { ServerProcess } from '../servers/server-process';
import type { Variant } from '../servers/variants';
import type { HttpFigures, Round } from './http-figures';
import { FIXED_RATE, type HttpPlan } from './http.plan';
import { runLoad, unlessStalled } from './run-load';

/** Requests, sent one at a time, for which the round trips to Redis are counted. */
const COUNTED_REQUESTS = 200;

/** Figures of one process. */
export interface ProcessRounds {
  readonly roundTrips: number;
  readonly saturated: readonly Round[];
  readonly paced: readonly Round[];
}

/** Puts all servers of one adapter under load, in turns. */
export async function measureServers(
  servers: readonly ServerProcess[],
  redis: RedisObserver,
  plan: HttpPlan,
  log: (line: string) => void,
): Promise<ProcessRounds[]> {
  const roundTrips = new Map<ServerProcess, number>();
  for (const server of servers) {
    const count = async () => {
      await runLoad(server, (load) => load.saturate(plan.warmUp));
      return countRoundTrips(server, redis);
    };
    roundTrips.set(server, await unlessStalled(server, log, count));
  }
  log(`${servers.length} servers are warm; saturated rounds follow`);
  const saturated = await interleaved(servers, plan.saturatedRounds, (server) =>
    unlessStalled(server, log, () =>
      measureRound(server, redis, (load) => load.saturate(plan.round)),
    ),
  );
  log(`rounds at ${FIXED_RATE} requests/s follow`);
  const paced = await interleaved(servers, plan.pacedRounds, (server) =>
    unlessStalled(server, log, () =>
      measureRound(server, redis, (load) => load.paced(FIXED_RATE, plan.round)),
    ),
  );
  return servers.map((server) => ({
    roundTrips: roundTrips.get(server) ?? 0,
    saturated: saturated.get(server) ?? [],
    paced: paced.get(server) ?? [],
  }));
}

/** Returns the figures of a variant, from all of its processes. */
export function figuresOf(
  adapter: Adapter,
  { name, label }: Variant,
  processes: readonly ProcessRounds[],
): HttpFigures {
  const rounds = {
    saturated: processes.flatMap(({ saturated }) => saturated),
    paced: processes.flatMap(({ paced }) => paced),
  };
  return {
    adapter,
    variant: name,
    label,
    saturated: medianRound(rounds.saturated),
    paced: medianRound(rounds.paced),
    roundTrips: median(processes.map(({ roundTrips }) => roundTrips)),
    rounds,
  };
}

async function measureRound(
  server: ServerProcess,
  redis: RedisObserver,
  run: (load: Load) => Promise<LoadResult>,
): Promise<Round> {
  const redisBefore = await redis.usage();
  const cpuBefore = await server.cpu();
  const { requests, seconds } = await runLoad(server, run);
  const cpu = (await server.cpu()) - cpuBefore;
  const used = await redis.since(redisBefore);
  return {
    cpu: cpu / requests,
    throughput: requests / seconds,
    redisCommands: used.commands / requests,
    redisCpu: used.cpu / requests,
  };
}

async function countRoundTrips(server: ServerProcess, redis: RedisObserver): Promise<number> {
  const before = await redis.usage();
  const { requests } = await runLoad(server, (load) => load.count(COUNTED_REQUESTS), 1);
  const { reads } = await redis.since(before);
  return reads / requests;
}

function medianRound(rounds: readonly Round[]): Round {
  const of = (figure: keyof Round) => median(rounds.map((round) => round[figure]));
  return {
    cpu: of('cpu'),
    throughput: of('throughput'),
    redisCommands: of('redisCommands'),
    redisCpu: of('redisCpu'),
  };
}
