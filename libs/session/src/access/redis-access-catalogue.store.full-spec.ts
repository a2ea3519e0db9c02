import { nodeAddresses } from '../../../../tools/redis/node-addresses.js';
import { RedisCluster } from '../../../../tools/redis/redis-cluster.js';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels.js';
import { describeRedisCatalogues } from './test-support/redis-catalogues.js';

describeRedisCatalogues('behind Sentinels', async () => {
  const group = await RedisSentinels.start();
  const target = { sentinels: nodeAddresses(group.nodes), name: SENTINEL_NAME };
  return { target, stop: () => group.stop() };
});

describeRedisCatalogues('as a Cluster', async () => {
  const cluster = await RedisCluster.start();
  return { target: { nodes: nodeAddresses(cluster.nodes) }, stop: () => cluster.stop() };
});
