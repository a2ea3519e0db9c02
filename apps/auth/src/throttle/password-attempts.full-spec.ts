import { createRedisClient, type RedisTarget, whenReady } from 'nest-sessions/redis';
import type { Cluster, Redis } from 'ioredis';
import { nodeAddresses } from '../../../../tools/redis/node-addresses';
import { RedisCluster } from '../../../../tools/redis/redis-cluster';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels';
import { PasswordAttempts } from './password-attempts';
import { SignInThrottledError } from './sign-in-throttled.error';
import { elsewhere, HOME, OPTIONS, right, wrong, wrongTimes } from './testing/attempts';

interface Topology {
  target: RedisTarget;
  stop: () => Promise<void>;
}

describe.each<[string, () => Promise<Topology>]>([
  [
    'behind Sentinels',
    async () => {
      const group = await RedisSentinels.start();
      const target = { sentinels: nodeAddresses(group.nodes), name: SENTINEL_NAME };
      return { target, stop: () => group.stop() };
    },
  ],
  [
    'on a Cluster',
    async () => {
      const cluster = await RedisCluster.start();
      return { target: { nodes: nodeAddresses(cluster.nodes) }, stop: () => cluster.stop() };
    },
  ],
])('password attempts with Redis %s', (_, start) => {
  let topology: Topology;
  let client: Redis | Cluster;

  beforeAll(async () => {
    topology = await start();
    client = createRedisClient(topology.target);
    expect(await whenReady(client, 10_000)).toBeNull();
  }, 60_000);

  afterAll(async () => {
    client.disconnect();
    await topology.stop();
  });

  it('are counted, throttled and forgotten as on a single Redis', async () => {
    const attempts = new PasswordAttempts(client, OPTIONS);
    await wrongTimes(3, attempts, HOME);
    await expect(right(attempts, HOME)).resolves.toBe(true);
    const bob = { ...HOME, username: 'bob' };
    await wrongTimes(4, attempts, bob);
    await expect(right(attempts, bob)).rejects.toThrow(SignInThrottledError);
    // Together with the three from home, one more than is free for the account.
    for (let i = 1; i <= 3; i += 1) await wrong(attempts, elsewhere(i));
    await expect(right(attempts, elsewhere(7))).rejects.toThrow(SignInThrottledError);
    await expect(right(attempts, HOME)).resolves.toBe(true);
  });
});
