import calculateSlot from 'cluster-key-slot';
import type { Cluster } from 'ioredis';
import { RedisCluster } from '../../../../tools/redis/redis-cluster.js';
import { patientClient } from '../../test-support/patient-client.js';
import { whenReady } from './redis-client.js';
import { RedisFailures } from './redis-failures.js';

jest.setTimeout(60_000);

describe('RedisFailures of a Cluster', () => {
  let cluster: RedisCluster;
  let client: Cluster;
  let failures: string[];
  let end: () => void;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    const nodes = cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
    client = patientClient({ nodes }) as Cluster;
    client.on('error', () => undefined);
    await whenReady(client, 10_000);
  });

  beforeEach(() => {
    failures = [];
    end = RedisFailures.of(client).subscribe(({ message }) => failures.push(message));
  });

  afterEach(() => {
    end();
  });

  afterAll(async () => {
    client.disconnect();
    await cluster.stop();
  });

  /** Makes the client send the next command for a key to a node that does not serve it. */
  function mistake(key: string): void {
    const slot = calculateSlot(key);
    const [wrong] = client.slots.find((it) => it[0] !== client.slots[slot]?.[0]) ?? [];
    if (wrong !== undefined) client.slots[slot] = [wrong];
  }

  it('are those that remain after redirections', async () => {
    await client.set('text', 'value');
    mistake('text');
    expect(await client.get('text')).toBe('value');
    mistake('text');
    expect(await client.pipeline().get('text').exec()).toEqual([[null, 'value']]);
    expect(failures).toEqual([]);
  });

  it('are reported once for each command', async () => {
    await client.set('text', 'value');
    mistake('text');
    await expect(client.hgetall('text')).rejects.toThrow('WRONGTYPE');
    expect(failures).toEqual([expect.stringMatching(/^WRONGTYPE/)]);
  });
});
