import { nodeAddresses } from '../../../tools/redis/node-addresses.js';
import { RedisCluster } from '../../../tools/redis/redis-cluster.js';
import { RedisSentinels, SENTINEL_NAME } from '../../../tools/redis/redis-sentinels.js';
import { describeRedisTopology, type Topology } from '../test-support/redis-topology.contract.js';

async function sentinels(): Promise<Topology> {
  const group = await RedisSentinels.start();
  const target = { sentinels: nodeAddresses(group.nodes), name: SENTINEL_NAME };
  return { target, stop: () => group.stop() };
}

async function cluster(): Promise<Topology> {
  const nodes = await RedisCluster.start();
  return { target: { nodes: nodeAddresses(nodes.nodes) }, stop: () => nodes.stop() };
}

describeRedisTopology('behind Sentinels', sentinels, { replicas: 2, withLocal: false });
describeRedisTopology('as a Cluster', cluster, { replicas: 1, withLocal: false });
