import { type Cluster, Redis } from 'ioredis';
import { nodeAddresses } from '../../../../tools/redis/node-addresses';
import { RedisCluster } from '../../../../tools/redis/redis-cluster';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { checkRedis, describeProblem } from './redis-check';
import { createRedisClient, type RedisTarget, whenReady } from './redis-client';
import { safeRedis } from './testing/safe-redis';
import { patientClient } from '../testing/patient-client';

const never = new AbortController().signal;
const START_TIMEOUT = 60_000;

/** `Open (127.0.0.1:6379)`, without what to do about it. */
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

  describe('with the users that the project ships', () => {
    const safe = safeRedis();

    it('finds nothing where all is well', async () => {
      expect(await problemsOf(await connect(safe.redis.urlOf('orders')))).toEqual([]);
    });

    it.each([
      ['Open', () => safe.operator.acl('SETUSER', 'default', 'on', 'nopass', '+@all')],
      ['Unpersisted', () => safe.operator.config('SET', 'appendonly', 'no')],
      ['Evicting', () => safe.operator.config('SET', 'maxmemory-policy', 'allkeys-lru')],
    ])('finds %s alone, and says where', async (what, spoil) => {
      await spoil();

      expect(await problemsOf(await connect(safe.redis.urlOf('orders')))).toEqual([
        `${what} (127.0.0.1:${safe.redis.port})`,
      ]);
    });

    it('finds all that there is', async () => {
      await safe.operator.acl('SETUSER', 'default', 'on', 'nopass', '+@all');
      await safe.operator.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'volatile-ttl');

      expect(await problemsOf(await connect(safe.redis.urlOf('orders')))).toEqual([
        expect.stringMatching('^Open '),
        expect.stringMatching('^Unpersisted '),
        expect.stringMatching('^Evicting '),
      ]);
    });

    it.each(['auth', 'orders', 'products'] as const)(
      'sends INFO and one anonymous PING, and nothing that %s is refused',
      async (service) => {
        await safe.operator.acl('LOG', 'RESET');
        await safe.operator.config('RESETSTAT');
        await checkRedis(await connect(safe.redis.urlOf(service)), never);

        const stats = await safe.operator.info('commandstats');
        const commands = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name);
        // ioredis greets with HELLO, which signs in.
        expect(commands.sort()).toEqual(['config|resetstat', 'hello', 'info', 'ping']);
        expect(stats).toMatch(/^cmdstat_ping:calls=0,.*rejected_calls=1,/m);
        expect(await safe.operator.acl('LOG')).toEqual([]);
      },
    );
  });

  describe('that does not answer', () => {
    let server: RedisServer;

    beforeEach(async () => {
      server = await RedisServer.start();
    });

    afterEach(async () => {
      server.kill('SIGCONT');
      await server.stop();
    });

    it.each<[string, (port: number) => Redis]>([
      ['of this library', (port) => createRedisClient({ port })],
      ['that waits for ever', (port) => new Redis(port)],
    ])('ends with a client %s, and knows nothing', async (_, makeClient) => {
      const client = makeClient(server.port);
      clients.push(client);
      await whenReady(client, 10_000);
      server.kill('SIGSTOP');
      const problems = await checkRedis(client, never);

      expect(problems).toEqual([
        expect.objectContaining({ what: 'Unclear', isCertain: false }) as unknown,
      ]);
    });

    it('does not take a lost reply for no answer', async () => {
      const client = (await connect({ port: server.port })) as Redis;
      jest.spyOn(client, 'info').mockRejectedValueOnce(new Error('Command timed out'));

      expect(await problemsOf(client)).toContain(`Open (localhost:${server.port})`);
    });
  });

  describe('behind Sentinels', () => {
    let redis: RedisSentinels;

    beforeAll(async () => {
      redis = await RedisSentinels.start({ args: ['--appendonly', 'yes'] });
    }, START_TIMEOUT);

    afterAll(() => redis.stop());

    it('looks at the master that they name', async () => {
      const sentinels = nodeAddresses(redis.nodes);
      const client = await connect({ sentinels, name: SENTINEL_NAME });

      expect(await problemsOf(client)).toEqual([`Open (127.0.0.1:${redis.master.port})`]);
    });
  });

  describe('that is a Cluster', () => {
    let redis: RedisCluster;

    beforeAll(async () => {
      redis = await RedisCluster.start({ args: ['--appendonly', 'yes'] });
    }, START_TIMEOUT);

    afterAll(() => redis.stop());

    function connectToCluster(): Promise<Redis | Cluster> {
      // One of them is enough to learn of the others.
      const [seed] = redis.masters;
      return connect({ nodes: [{ host: '127.0.0.1', port: seed?.port ?? 0 }] });
    }

    it('looks at every master, and says which have what', async () => {
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

    it('does not take a Cluster without a known master for a safe one', async () => {
      const client = await connectToCluster();
      client.disconnect();

      expect(await checkRedis(client, never)).toMatchObject([{ isCertain: false }]);
    });
  });
});
