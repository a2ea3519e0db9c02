import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { nodeAddresses } from '../../../../tools/redis/node-addresses.js';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { createRedisClient, whenReady } from './redis-client.js';

/** Timeout for Sentinels, which are slow, in milliseconds. */
const PATIENCE = 30_000;

jest.setTimeout(90_000);

let group: RedisSentinels;

beforeAll(async () => {
  group = await RedisSentinels.start();
});

afterAll(async () => {
  await group.stop();
});

it('a client survives a failover announced while it asks a Sentinel for the master', async () => {
  const [first, second] = nodeAddresses(group.nodes);
  if (!first || !second) throw new Error('two Sentinels are needed');
  const way = await FaultyProxy.to(first.port);
  const sentinels = [{ host: '127.0.0.1', port: way.port }, second];
  const client = createRedisClient({ sentinels, name: SENTINEL_NAME, updateSentinels: false });
  client.on('error', () => undefined);
  let hasEnded = false;
  client.once('end', () => (hasEnded = true));
  const observer = new Redis(second);
  const admin = new Redis(group.master.url);
  try {
    expect(await whenReady(client, PATIENCE)).toBeNull();
    await eventually(
      async () => String(await observer.client('LIST', 'TYPE', 'PUBSUB')).includes(' sub=1 '),
      PATIENCE,
    );

    // The connection breaks, and the first Sentinel does not return the master's address.
    const asked = way.holdAfter(0);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await asked;
    await observer.subscribe('+switch-master');
    const announced = once(observer, 'message');
    await group.failOver();
    await announced;
    // Time for the client to receive the message as well.
    await delay(100);
    way.cut();

    await eventually(
      async () => (await client.set('key', 'value').catch(() => null)) === 'OK',
      PATIENCE,
    );
    expect(hasEnded).toBe(false);
  } finally {
    client.disconnect();
    observer.disconnect();
    admin.disconnect();
    await way.close();
  }
});
