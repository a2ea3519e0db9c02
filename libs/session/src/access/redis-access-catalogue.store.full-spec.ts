import { nodeAddresses } from '../../../../tools/redis/node-addresses';
import { RedisCluster } from '../../../../tools/redis/redis-cluster';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels';
import { describeRedisCatalogues } from './testing/redis-catalogues';

describeRedisCatalogues('behind Sentinels', async () => {
  const group = await RedisSentinels.start();
  const target = { sentinels: nodeAddresses(group.nodes), name: SENTINEL_NAME };
  return { target, stop: () => group.stop() };
});

describeRedisCatalogues('as a Cluster', async () => {
  const cluster = await RedisCluster.start();
  return { target: { nodes: nodeAddresses(cluster.nodes) }, stop: () => cluster.stop() };
});
