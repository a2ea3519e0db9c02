import { workerServers } from '../../../../tools/testing/worker-servers';
import { describeRedisCatalogues } from './testing/redis-catalogues';

describeRedisCatalogues('standalone', async () => {
  const { url } = await workerServers().redis();
  return { target: url, stop: () => Promise.resolve() };
});
