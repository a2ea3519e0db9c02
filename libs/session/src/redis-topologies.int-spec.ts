import { workerServers } from '../../../tools/testing/worker-servers.js';
import { describeRedisTopology } from '../test-support/redis-topology.contract.js';

const standalone = async () => {
  const { url } = await workerServers().redis();
  return { target: url, stop: () => Promise.resolve() };
};

describeRedisTopology('standalone', standalone, { replicas: 0, withLocal: true });
