import { RedisServer } from '../../../tools/redis/redis-server';
import { RedisObserver } from '../measure/redis-usage';
import { checkVariant } from '../servers/check-variant';
import type { Adapter } from '../servers/protection';
import { startServers, stopServers } from '../servers/started-servers';
import { variantsOf } from '../servers/variants';
import type { BenchContext, Suite } from '../suite';
import type { HttpFigures } from './http-figures';
import { httpGoals } from './http.goals';
import { FULL_PLAN, QUICK_PLAN } from './http.plan';
import { httpTables } from './http.tables';
import { figuresOf, measureServers, type ProcessRounds } from './measure-servers';

/** The HTTP suite's part of the JSON. The chart is drawn from it. */
export interface HttpData {
  readonly figures: readonly HttpFigures[];
}

/** Measures a request over HTTP: CPU of the server and of Redis, and throughput. */
export const httpSuite: Suite = {
  name: 'http',
  title: 'A request over HTTP',
  async run(context) {
    const redis = await RedisServer.start();
    const observer = new RedisObserver(redis.url);
    try {
      const figures: HttpFigures[] = [];
      for (const adapter of ['express', 'fastify'] as const) {
        figures.push(...(await measureAdapter(adapter, redis.url, observer, context)));
      }
      return {
        tables: httpTables(figures),
        goals: httpGoals(figures),
        notes: [
          'CPU is user and system time of the server process, over all requests of a round; medians of interleaved rounds.',
          'Added: difference to the same application without a guard.',
          'Round trips: counted with one request at a time; Redis reads its socket once per round trip.',
        ],
        data: { figures } satisfies HttpData,
      };
    } finally {
      observer.close();
      await redis.stop();
    }
  },
};

async function measureAdapter(
  adapter: Adapter,
  redisUrl: string,
  observer: RedisObserver,
  context: BenchContext,
): Promise<HttpFigures[]> {
  const { isQuick } = context;
  const log = (line: string) => {
    context.log(`${adapter}: ${line}`);
  };
  const variants = variantsOf(adapter, { isQuick });
  const plan = isQuick ? QUICK_PLAN : FULL_PLAN;
  const processes = variants.map((): ProcessRounds[] => []);
  for (let generation = 0; generation < plan.generations; generation++) {
    log(`starting ${variants.length} servers`);
    const servers = await startServers(adapter, variants, redisUrl);
    try {
      for (const server of servers) await checkVariant(server);
      log(`every variant gives the expected answers`);
      const measured = await measureServers(servers, observer, plan, log);
      for (const [at, rounds] of measured.entries()) processes[at]?.push(rounds);
    } finally {
      await stopServers(servers);
    }
  }
  return variants.map((variant, at) => figuresOf(adapter, variant, processes[at] ?? []));
}
