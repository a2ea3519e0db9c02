import { Cluster } from 'ioredis';
import { eventually } from '../../../../tools/testing/eventually';
import { safeClusterOptions } from './redis-client';
import { describeLostReplies } from './testing/lost-replies.suite';
import { ownRedis } from './testing/own-redis';

const host = '127.0.0.1';

const redis = ownRedis({ cluster: true, args: ['--cluster-announce-ip', host] });

beforeAll(async () => {
  await redis.client.cluster('ADDSLOTSRANGE', 0, 16_383);
  await eventually(async () => (await redis.client.cluster('INFO')).includes('cluster_state:ok'));
});

describeLostReplies(
  'Cluster',
  redis,
  // Its one node is reached through the proxy.
  (redisPort, { port }) =>
    new Cluster([{ host, port }], {
      ...safeClusterOptions(),
      natMap: { [`${host}:${redisPort}`]: { host, port } },
    }),
);
