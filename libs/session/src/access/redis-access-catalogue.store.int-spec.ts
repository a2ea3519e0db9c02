import { workerServers } from '../../../../tools/testing/worker-servers.js';
import { describeRedisCatalogues } from './test-support/redis-catalogues.js';

describeRedisCatalogues('standalone', async () => {
  const { url } = await workerServers().redis();
  return { target: url, stop: () => Promise.resolve() };
});
