import { Cluster, Redis } from 'ioredis';
import { RedisCluster } from '../../../../tools/redis/redis-cluster.js';
import { patientClient } from '../../test-support/patient-client.js';
import { whenReady } from '../store/redis-client.js';
import { timeOfEvents } from './time-of-events.js';

jest.setTimeout(60_000);

describe('timeOfEvents', () => {
  let cluster: RedisCluster;
  let nodes: Redis[];

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    nodes = cluster.servers.map(({ url }) => new Redis(url));
  });

  afterAll(async () => {
    for (const node of nodes) node.disconnect();
    await cluster.stop();
  });

  it.each(['', 'prefix:'])(
    'asks the master of the event stream, with key prefix "%s"',
    async (keyPrefix) => {
      const client = new Cluster(
        cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port })),
        { keyPrefix },
      );
      try {
        await whenReady(client, 10_000);
        await client.xadd('session-events', '*', 'event', '{}');
        await Promise.all(nodes.map((node) => node.config('RESETSTAT')));
        expect(await timeOfEvents(client)).toBeGreaterThan(1_700_000_000_000);

        const asked = await Promise.all(nodes.map((node) => wasAsked(node)));
        const keeping = await Promise.all(
          nodes.map((node) => keeps(node, `${keyPrefix}session-events`)),
        );
        expect(asked).toEqual(keeping);
        expect(asked.filter(Boolean)).toHaveLength(1);
      } finally {
        client.disconnect();
      }
    },
  );

  it('rejects when the server does not answer', async () => {
    const [server] = cluster.servers;
    const client = patientClient(server?.url ?? '');
    client.disconnect();
    await expect(timeOfEvents(client)).rejects.toThrow();
  });
});

/** Whether a node has answered INFO since its statistics were reset. */
async function wasAsked(node: Redis): Promise<boolean> {
  return (await node.info('commandstats')).includes('cmdstat_info:');
}

/** Whether a node is the master that keeps a key. */
async function keeps(node: Redis, key: string): Promise<boolean> {
  const isMaster = (await node.info('replication')).includes('role:master');
  return isMaster && (await node.exists(key).catch(() => 0)) === 1;
}
