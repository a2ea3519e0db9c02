import type { Redis, RedisOptions } from 'ioredis';
import { freePort } from '../../../../tools/processes/free-port.js';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { createRedisClient, whenReady } from './redis-client.js';

describe('whenReady', () => {
  const redis = startedRedis();
  const clients: Redis[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  function client(options: RedisOptions): Redis {
    const made = createRedisClient({ disconnectTimeout: 50, ...options });
    clients.push(made);
    return made;
  }

  it('resolves when a connecting client is ready', async () => {
    const connecting = client({ port: redis.server.port });

    expect(await whenReady(connecting, 10_000)).toBeNull();
    expect(await connecting.ping()).toBe('PONG');
  });

  it('resolves for a client that is already ready', async () => {
    const ready = client({ port: redis.server.port });
    await whenReady(ready, 10_000);

    expect(await whenReady(ready, 10_000)).toBeNull();
  });

  it('connects a lazy client', async () => {
    const lazy = client({ port: redis.server.port, lazyConnect: true });

    expect(await whenReady(lazy, 10_000)).toBeNull();
    expect(lazy.status).toBe('ready');
  });

  it.each([[false], [true]])(
    'returns why the client is not ready (lazy: %s)',
    async (lazyConnect) => {
      const away = client({ port: await freePort(), lazyConnect });

      expect((await whenReady(away, 100))?.message).toContain('ECONNREFUSED');
    },
  );

  it('reports a wrong password', async () => {
    const rejected = client({ port: redis.server.port, username: 'nobody', password: 'wrong' });

    expect((await whenReady(rejected, 300))?.message).toContain('WRONGPASS');
  });

  it('reports how long it waited for a silent server', async () => {
    const frozen = await RedisServer.start();
    frozen.kill('SIGSTOP');
    const waiting = client({ port: frozen.port });

    expect((await whenReady(waiting, 100))?.message).toContain('100 ms');
    waiting.disconnect();
    await frozen.stop();
  });

  it('leaves no listener behind', async () => {
    const away = client({ port: await freePort() });
    away.on('error', () => undefined);
    const before = away.listenerCount('error');

    await whenReady(away, 50);

    // The client has its own listeners while it connects, and none between two attempts.
    await eventually(() => away.listenerCount('ready') === 0);
    expect(away.listenerCount('error')).toBe(before);
  });
});
