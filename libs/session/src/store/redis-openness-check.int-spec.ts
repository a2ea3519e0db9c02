import type { Redis, RedisOptions } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { createRedisClient, whenReady } from './redis-client.js';
import { opennessOf } from './redis-openness-check.js';
import { ownRedis } from './test-support/own-redis.js';
import { shortenTimers } from './test-support/shorten-timers.js';

describe('opennessOf', () => {
  const password = 'geheim';
  const ordersUser = ['orders', 'on', `>${password}`, '~*', '+@all'] as const;
  const redis = ownRedis();
  const never = new AbortController().signal;
  const clients: Redis[] = [];
  let port: number;

  beforeEach(() => {
    ({ port } = redis.server);
  });

  afterEach(async () => {
    redis.server.kill('SIGCONT');
    jest.restoreAllMocks();
    for (const client of clients.splice(0)) client.disconnect();
    await redis.client.config('SET', 'maxclients', '100', 'requirepass', '');
    await redis.client.config('SET', 'busy-reply-threshold', '5000');
    await redis.client.acl('SETUSER', 'default', 'reset', 'on', 'nopass', '~*', '&*', '+@all');
    await redis.client.acl('DELUSER', 'orders');
  });

  async function connect(options: RedisOptions): Promise<Redis> {
    const client = createRedisClient({ disconnectTimeout: 50, ...options });
    clients.push(client);
    expect(await whenReady(client, 5_000)).toBeNull();
    return client;
  }

  it('returns open for a server that answers anonymous clients', async () => {
    expect(await opennessOf(await connect({ port }), never)).toBe('open');
  });

  it.each<[string, () => Promise<unknown>, RedisOptions]>([
    ['a password', () => redis.client.config('SET', 'requirepass', password), { password }],
    [
      'users',
      async () => {
        await redis.client.acl('SETUSER', ...ordersUser);
        await redis.client.acl('SETUSER', 'default', 'off');
      },
      { username: 'orders', password },
    ],
  ])('returns closed for a server that requires %s', async (_, ask, credentials) => {
    await ask();

    expect(await opennessOf(await connect({ port, ...credentials }), never)).toBe('closed');
  });

  it('returns closed when anonymous clients may not run any command', async () => {
    // The client of this file is such a user, too.
    const server = await RedisServer.start({
      args: ['--user', 'default', 'on', 'nopass', '-@all', '--user', ...ordersUser],
    });
    const client = await connect({ port: server.port, username: 'orders', password });

    expect(await opennessOf(client, never)).toBe('closed');
    await server.stop();
  });

  it('returns closed for a server that accepts the connection and hangs up', async () => {
    const proxy = await FaultyProxy.to(port);
    const client = await connect({ port: proxy.port });
    proxy.loseReplies();
    const result = opennessOf(client, never);
    setTimeout(() => {
      proxy.cut();
    }, 100);

    const openness = await result;
    await proxy.close();

    expect(openness).toBe('closed');
  });

  it('checks a server on a Unix socket', async () => {
    const [, path = ''] = await redis.client.config('GET', 'unixsocket');
    const client = await connect({ path });

    expect(await opennessOf(client, never)).toBe('open');
    await redis.client.config('SET', 'requirepass', password);
    expect(await opennessOf(client, never)).toBe('closed');
  });

  it('returns open even while a script blocks the server', async () => {
    await redis.client.config('SET', 'busy-reply-threshold', '1');
    const [client, other] = [await connect({ port }), await connect({ port })];
    const script = other.eval('while true do end', 0).catch(() => undefined);
    try {
      await eventually(async () => (await client.ping().catch(String)).includes('BUSY'));

      expect(await opennessOf(client, never)).toBe('open');
    } finally {
      await client.script('KILL');
      await script;
    }
  });

  it('returns unknown when the server accepts no more clients', async () => {
    await redis.client.config('SET', 'requirepass', password);
    const client = await connect({ port, password });
    await client.config('SET', 'maxclients', '1');

    expect(await opennessOf(client, never)).toBe('unknown');
  });

  it('returns unknown for a silent server, without waiting for it', async () => {
    shortenTimers(1_000, 100);
    const client = await connect({ port });
    redis.server.kill('SIGSTOP');

    expect(await opennessOf(client, never)).toBe('unknown');
  });

  it('returns unknown for a server that is gone', async () => {
    const server = await RedisServer.start();
    const client = await connect({ port: server.port });
    const { stream } = client;
    await server.stop();
    await eventually(() => client.status !== 'ready' && stream.destroyed);

    // The stream may or may not still know the address.
    expect(await opennessOf(client, never)).toBe('unknown');
    const address = { remoteAddress: '127.0.0.1', remotePort: server.port };
    const disconnected = { options: client.options, stream: address } as unknown as Redis;
    expect(await opennessOf(disconnected, never)).toBe('unknown');
  });

  it('returns unknown as soon as the check is aborted', async () => {
    // Without the abort the check would take a very long time.
    shortenTimers(1_000, 1_000_000);
    const client = await connect({ port });
    redis.server.kill('SIGSTOP');
    const giveUp = new AbortController();
    const openness = opennessOf(client, giveUp.signal);
    giveUp.abort();

    expect(await openness).toBe('unknown');
    expect(await opennessOf(client, giveUp.signal)).toBe('unknown');
  });

  it('leaves no connection open', async () => {
    const client = await connect({ port });
    const connected = async () => /connected_clients:(\d+)/.exec(await client.info('clients'))?.[1];
    // The clients of this file and of this test remain, once those of the other tests are gone.
    await eventually(async () => (await connected()) === '2');
    await opennessOf(client, never);

    await eventually(async () => (await connected()) === '2');
  });
});
