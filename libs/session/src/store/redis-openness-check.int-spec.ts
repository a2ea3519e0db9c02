import type { Redis, RedisOptions } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { eventually } from '../../../../tools/testing/eventually';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy';
import { createRedisClient, whenReady } from './redis-client';
import { opennessOf } from './redis-openness-check';

describe('whether a Redis is open', () => {
  const password = 'geheim';
  const ordersUser = ['--user', 'orders', 'on', `>${password}`, '~*', '+@all'];
  const never = new AbortController().signal;
  const servers: RedisServer[] = [];
  const clients: Redis[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    for (const server of servers.splice(0)) {
      server.kill('SIGCONT');
      await server.stop();
    }
  });

  async function start(...args: string[]): Promise<RedisServer> {
    const server = await RedisServer.start({ args });
    servers.push(server);
    return server;
  }

  async function connect(options: RedisOptions): Promise<Redis> {
    const client = createRedisClient({ disconnectTimeout: 50, ...options });
    clients.push(client);
    expect(await whenReady(client, 5_000)).toBeNull();
    return client;
  }

  it('is told by an answer', async () => {
    const { port } = await start();

    expect(await opennessOf(await connect({ port }), never)).toBe('open');
  });

  it.each<[string, string[], RedisOptions]>([
    ['a password', ['--requirepass', password], { password }],
    ['users', ['--user', 'default', 'off', ...ordersUser], { username: 'orders', password }],
  ])('is denied by a server that asks for %s', async (_, args, credentials) => {
    const { port } = await start(...args);

    expect(await opennessOf(await connect({ port, ...credentials }), never)).toBe('closed');
  });

  it('is denied where nobody without a password may do anything', async () => {
    const { port } = await start(...['--user', 'default', 'on', 'nopass', '-@all'], ...ordersUser);
    const client = await connect({ port, username: 'orders', password });

    expect(await opennessOf(client, never)).toBe('closed');
  });

  it('is denied by a server that takes the connection and hangs up', async () => {
    const proxy = await FaultyProxy.to((await start()).port);
    const client = await connect({ port: proxy.port });
    proxy.loseReplies();
    const openness = opennessOf(client, never);
    setTimeout(() => {
      proxy.cut();
    }, 100);

    const told = await openness;
    await proxy.close();

    expect(told).toBe('closed');
  });

  it('is told of a server at a socket', async () => {
    const admin = await connect({ port: (await start()).port });
    const [, path = ''] = await admin.config('GET', 'unixsocket');
    const client = await connect({ path });

    expect(await opennessOf(client, never)).toBe('open');
    await admin.config('SET', 'requirepass', password);
    expect(await opennessOf(client, never)).toBe('closed');
  });

  it('is told also while a script keeps the server from serving', async () => {
    const { port } = await start('--busy-reply-threshold', '1');
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

  it('is not known when the server takes no more clients', async () => {
    const { port } = await start('--requirepass', password);
    const client = await connect({ port, password });
    await client.config('SET', 'maxclients', '1');

    expect(await opennessOf(client, never)).toBe('unknown');
  });

  it('is not known of a server that is silent, and not waited for', async () => {
    const server = await start();
    const client = await connect({ port: server.port });
    server.kill('SIGSTOP');
    const before = performance.now();

    expect(await opennessOf(client, never)).toBe('unknown');
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('is not known of a server that is gone', async () => {
    const server = await start();
    const client = await connect({ port: server.port });
    const { stream } = client;
    await server.stop();
    await eventually(() => client.status !== 'ready' && stream.destroyed);

    // The address may be forgotten by then, or known still.
    expect(await opennessOf(client, never)).toBe('unknown');
    const address = { remoteAddress: '127.0.0.1', remotePort: server.port };
    const disconnected = { options: client.options, stream: address } as unknown as Redis;
    expect(await opennessOf(disconnected, never)).toBe('unknown');
  });

  it('is no longer looked for once it is given up', async () => {
    const server = await start();
    const client = await connect({ port: server.port });
    server.kill('SIGSTOP');
    const giveUp = new AbortController();
    const before = performance.now();
    const openness = opennessOf(client, giveUp.signal);
    giveUp.abort();

    expect(await openness).toBe('unknown');
    expect(await opennessOf(client, giveUp.signal)).toBe('unknown');
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('leaves no connection open', async () => {
    const { port } = await start();
    const client = await connect({ port });
    await opennessOf(client, never);

    await eventually(async () => (await client.info('clients')).includes('connected_clients:1\r'));
  });
});
