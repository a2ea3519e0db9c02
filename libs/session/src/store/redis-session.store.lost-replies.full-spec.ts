import { Cluster } from 'ioredis';
import type { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { safeClusterOptions } from './redis-client.js';
import { LOST_REPLIES, lostReplies } from './test-support/lost-replies.suite.js';
import { ownRedis } from './test-support/own-redis.js';

const host = '127.0.0.1';

const redis = ownRedis({ cluster: true, args: ['--cluster-announce-ip', host] });

beforeAll(async () => {
  await redis.client.cluster('ADDSLOTSRANGE', 0, 16_383);
  await eventually(async () => (await redis.client.cluster('INFO')).includes('cluster_state:ok'));
});

/** Creates a client that reaches the only node through the proxy. */
const connect = (redisPort: number, { port }: FaultyProxy) =>
  new Cluster([{ host, port }], {
    ...safeClusterOptions(),
    natMap: { [`${host}:${redisPort}`]: { host, port } },
  });

describe.each(LOST_REPLIES)('when the reply to a write is lost (Cluster: %s)', (_, toldFirst) => {
  const lost = lostReplies(redis, connect, toldFirst);

  it('an inserted session that is removed meanwhile does not come back', lost.insert);
  it('an inserted session is rolled back while Redis can be reached', lost.insertInReach);
  it('an updated session that is removed meanwhile does not come back', lost.update);
  it('an update is not repeated over a later update', lost.updateBeforeAnother);
  it('a renewed session that is removed meanwhile does not come back', lost.renew);
  it('a removed session is gone nevertheless, and removing it again is safe', lost.remove);
});
