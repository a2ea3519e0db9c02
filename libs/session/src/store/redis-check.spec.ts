import { Cluster, type Redis } from 'ioredis';
import timers from 'node:timers/promises';
import { checkRedis } from './redis-check.js';

const FIT = 'redis_version:7.0.15\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n';
const EVICTING = FIT.replace('noeviction', 'allkeys-lru');

/** Aborted signal, so that the check opens no connection without a password. */
const givenUp = AbortSignal.abort();

/** Server as the check sees it. */
function serverAt(port: number, info: () => Promise<string>): Redis {
  return { options: { host: '127.0.0.1', port }, stream: {}, info } as unknown as Redis;
}

function clusterOf(...masters: Redis[]): Cluster {
  return Object.assign(Object.create(Cluster.prototype) as Cluster, { nodes: () => masters });
}

describe('the check of a Redis', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('checks every master of a Cluster, and names the servers with each problem', async () => {
    const answers = [FIT, EVICTING, FIT, EVICTING].map((info) => () => Promise.resolve(info));
    const masters = answers.map((info, i) => serverAt(i + 1, info));

    const problems = await checkRedis(clusterOf(...masters), givenUp);

    expect(problems).toMatchObject([
      { what: 'Unclear', isCertain: false, servers: [1, 2, 3, 4].map((it) => `127.0.0.1:${it}`) },
      { what: 'Evicting', isCertain: true, servers: ['127.0.0.1:2', '127.0.0.1:4'] },
    ]);
  });

  it('does not consider a Cluster without a known master safe', async () => {
    expect(await checkRedis(clusterOf(), givenUp)).toMatchObject([{ isCertain: false }]);
  });

  it('ends with an unclear result when the client waits forever', async () => {
    const waits: unknown[] = [];
    jest.spyOn(timers, 'setTimeout').mockImplementation((milliseconds, value) => {
      waits.push(milliseconds);
      return Promise.resolve(value as never);
    });
    const info = jest.fn(() => new Promise<string>(() => undefined));

    expect(await checkRedis(serverAt(1, info), givenUp)).toEqual([
      expect.objectContaining({ what: 'Unclear', isCertain: false }) as unknown,
    ]);
    expect(info).toHaveBeenCalledTimes(3);
    expect(waits).toEqual([1_000, 1_000, 1_000]);
  });
});
