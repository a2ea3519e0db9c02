import { workerServers } from '../../../tools/testing/worker-servers.js';
import { describeSessionStores } from './store/testing/session-store.contract.js';
import { describeRedisTopology } from './testing/redis-topology.contract.js';

const standalone = async () => {
  const { url } = await workerServers().redis();
  return { target: url, stop: () => Promise.resolve() };
};

describeRedisTopology('standalone', standalone, {
  replicas: 0,
  describeStores: describeSessionStores,
});
