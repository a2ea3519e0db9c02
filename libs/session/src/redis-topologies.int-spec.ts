import { workerServers } from '../../../tools/testing/worker-servers';
import { describeSessionStores } from './store/testing/session-store.contract';
import { describeRedisTopology } from './testing/redis-topology.contract';

const standalone = async () => {
  const { url } = await workerServers().redis();
  return { target: url, stop: () => Promise.resolve() };
};

describeRedisTopology('standalone', standalone, {
  replicas: 0,
  describeStores: describeSessionStores,
});
