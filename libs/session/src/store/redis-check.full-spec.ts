import { type Cluster, Redis } from 'ioredis';
import { nodeAddresses } from '../../../../tools/redis/node-addresses.js';
import { RedisCluster } from '../../../../tools/redis/redis-cluster.js';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels.js';
import { patientClient } from '../../test-support/patient-client.js';
import { checkRedis, describeProblem } from './redis-check.js';
import { type RedisTarget, whenReady } from './redis-client.js';

const never = new AbortController().signal;

/** Problems without their advice, such as `Open (127.0.0.1:6379)`. */
async function problemsOf(client: Redis | Cluster): Promise<string[]> {
  const problems = await checkRedis(client, never);
  return problems.map((it) => describeProblem(it).split(':').slice(0, -1).join(':'));
}

describe('the check of a Redis', () => {
  const clients: (Redis | Cluster)[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  async function connect(target: RedisTarget): Promise<Redis | Cluster> {
    const client = patientClient(target);
    clients.push(client);
    expect(await whenReady(client, 10_000)).toBeNull();
    return client;
  }

  describe('behind Sentinels', () => {
    let redis: RedisSentinels;

    beforeAll(async () => {
      redis = await RedisSentinels.start({ args: ['--appendonly', 'yes'] });
    });

    afterAll(() => redis.stop());

    it('checks the master that they name', async () => {
      const sentinels = nodeAddresses(redis.nodes);
      const client = await connect({ sentinels, name: SENTINEL_NAME });

      expect(await problemsOf(client)).toEqual([`Open (127.0.0.1:${redis.master.port})`]);
    });
  });

  describe('that is a Cluster', () => {
    let redis: RedisCluster;

    beforeAll(async () => {
      redis = await RedisCluster.start({ args: ['--appendonly', 'yes'] });
    });

    afterAll(() => redis.stop());

    function connectToCluster(): Promise<Redis | Cluster> {
      // The client discovers the other masters from one.
      const [seed] = redis.masters;
      return connect({ nodes: [{ host: '127.0.0.1', port: seed?.port ?? 0 }] });
    }

    it('checks every master, and names the servers with each problem', async () => {
      const [, second] = redis.masters;
      const operator = new Redis(second?.port ?? 0);
      await operator.config('SET', 'maxmemory-policy', 'allkeys-lru');
      operator.disconnect();

      const [open, evicting, ...others] = await checkRedis(await connectToCluster(), never);

      expect(open).toMatchObject({ what: 'Open' });
      expect([...(open?.servers ?? [])].sort()).toEqual(
        redis.masters.map(({ port }) => `127.0.0.1:${port}`).sort(),
      );
      expect(evicting).toMatchObject({
        what: 'Evicting',
        servers: [`127.0.0.1:${second?.port ?? ''}`],
      });
      expect(others).toEqual([]);
    });

    it('does not consider a Cluster without a known master safe', async () => {
      const client = await connectToCluster();
      client.disconnect();

      expect(await checkRedis(client, never)).toMatchObject([{ isCertain: false }]);
    });
  });
});
