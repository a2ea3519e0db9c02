import { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { findingsIn } from './redis-info-check';

describe('what INFO tells of a Redis', () => {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis(server.url);
  });

  beforeEach(async () => {
    await client.config('SET', 'appendonly', 'yes', 'maxmemory-policy', 'noeviction');
  });

  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  async function told(change = (info: string) => info): Promise<string[]> {
    const findings = findingsIn(change(await client.info()));
    return findings.map(
      ({ what, advice, isCertain }) => `${what}${isCertain ? '' : '?'}: ${advice}`,
    );
  }

  it('is nothing when it is fit for sessions', async () => {
    expect(await told()).toEqual([]);
  });

  it('is that nothing is written down', async () => {
    await client.config('SET', 'appendonly', 'no');

    expect(await told()).toEqual([expect.stringMatching(/^Unpersisted: .*'appendonly yes'\.$/)]);
  });

  it('is the same where there are snapshots, which bring back what had ended', async () => {
    await client.config('SET', 'appendonly', 'no');
    await client.save();

    expect(await told()).toEqual([expect.stringMatching(/^Unpersisted: .*from a snapshot/)]);
  });

  it.each(['allkeys-lru', 'allkeys-random', 'volatile-lru', 'volatile-ttl'])(
    'is that %s throws sessions away',
    async (policy) => {
      await client.config('SET', 'maxmemory-policy', policy);

      expect(await told()).toEqual([
        expect.stringMatching(`^Evicting: maxmemory-policy is ${policy}\\. .*noeviction'\\.$`),
      ]);
    },
  );

  it.each(['6.2.14', '5.0.0', '2.8.17'])('is that version %s is too old', async (version) => {
    const finding = await told((it) =>
      it.replace(/^redis_version:.*/m, `redis_version:${version}`),
    );

    expect(finding).toEqual([
      expect.stringMatching(`^Too old: version ${version} .* Update it to 7\\.0`),
    ]);
  });

  it.each(['7.0.0', '7.2.4', '8.0.1', '10.0.0'])('is nothing of version %s', async (version) => {
    const change = (it: string) => it.replace(/^redis_version:.*/m, `redis_version:${version}`);

    expect(await told(change)).toEqual([]);
  });

  it('is everything at once', async () => {
    await client.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'allkeys-lfu');

    const all = await told((it) => it.replace(/^redis_version:.*/m, 'redis_version:6.0.0'));

    expect(all.map((it) => it.split(':')[0])).toEqual(['Unpersisted', 'Evicting', 'Too old']);
  });

  it('is not enough where a field is left out', async () => {
    expect(await told((it) => it.replace(/^(aof_enabled|maxmemory_policy):.*/gm, ''))).toEqual([
      'Unclear?: INFO does not tell aof_enabled, maxmemory_policy.',
    ]);
  });
});
