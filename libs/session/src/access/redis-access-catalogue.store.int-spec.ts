import { workerServers } from '../../../../tools/testing/worker-servers.js';
import { describeRedisCatalogues } from './testing/redis-catalogues.js';

describeRedisCatalogues('standalone', async () => {
  const { url } = await workerServers().redis();
  return { target: url, stop: () => Promise.resolve() };
});
