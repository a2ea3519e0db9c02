import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { freePort } from '../../../../tools/processes/free-port';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { eventually } from '../../../../tools/testing/eventually';
import {
  createRedisClient,
  safeClusterOptions,
  safeRedisOptions,
  unsafeSettingsOf,
  whenReady,
} from './redis-client';

describe('unsafeSettingsOf', () => {
  const clients: (Redis | Cluster)[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  function client(options: RedisOptions): Redis {
    const made = new Redis({ lazyConnect: true, ...options });
    clients.push(made);
    return made;
  }

  it('finds nothing in the options of this library', () => {
    expect(unsafeSettingsOf(client(safeRedisOptions()))).toEqual([]);
  });

  it('finds nothing in a client of this library', () => {
    const made = createRedisClient({ lazyConnect: true });
    clients.push(made);

    expect(unsafeSettingsOf(made)).toEqual([]);
  });

  it('tells of every default of ioredis that is unsafe, and how to mend it', () => {
    const warnings = unsafeSettingsOf(client({}));

    expect(warnings).toEqual([
      expect.stringMatching(/^autoResendUnfulfilledCommands .* Set it to false\.$/),
      expect.stringMatching(/^enableOfflineQueue .* Set it to false\.$/),
      expect.stringMatching(/^commandTimeout .* Set it, for instance to \d+\.$/),
      expect.stringMatching(/^socketTimeout .* Set it, for instance to \d+\.$/),
    ]);
  });

  it.each([
    ['autoResendUnfulfilledCommands', { autoResendUnfulfilledCommands: true }],
    ['enableOfflineQueue', { enableOfflineQueue: true }],
    ['commandTimeout', { commandTimeout: undefined }],
    ['socketTimeout', { socketTimeout: undefined }],
    ['stringNumbers', { stringNumbers: true }],
  ])('tells of %s alone', (name, options) => {
    expect(unsafeSettingsOf(client({ ...safeRedisOptions(), ...options }))).toEqual([
      expect.stringMatching(new RegExp(`^${name} `)),
    ]);
  });

  it('warns of a master behind Sentinels that is spoken to in the clear', () => {
    const sentinels = [{ host: '127.0.0.1', port: 1 }];
    const target = { lazyConnect: true, sentinels, name: 'sessions', tls: {} };
    const [safe, unsafe] = [
      new Redis({ ...safeRedisOptions(), ...target }),
      new Redis({ ...safeRedisOptions(), ...target, enableTLSForSentinelMode: false }),
    ];
    clients.push(safe, unsafe);

    expect(unsafeSettingsOf(safe)).toEqual([]);
    expect(unsafeSettingsOf(unsafe)).toEqual([expect.stringMatching(/not encrypted.*to true/)]);
  });

  it('looks at the settings of the nodes in a Cluster', () => {
    const safe = new Cluster([{ port: 1 }], { ...safeClusterOptions(), lazyConnect: true });
    const unsafe = new Cluster([{ port: 1 }], { lazyConnect: true });
    clients.push(safe, unsafe);

    expect(unsafeSettingsOf(safe)).toEqual([]);
    expect(unsafeSettingsOf(unsafe)).toHaveLength(5);
  });
});

describe('createRedisClient', () => {
  it('takes a URL', () => {
    const client = createRedisClient('redis://ada:secret@127.0.0.1:1/3');
    client.on('error', () => undefined);
    client.disconnect();

    expect(client.options).toMatchObject({
      host: '127.0.0.1',
      port: 1,
      username: 'ada',
      password: 'secret',
      db: 3,
      ...withoutFunctions(safeRedisOptions()),
    });
  });

  it('takes options, on top of the safe ones', () => {
    const client = createRedisClient({ lazyConnect: true, port: 1, commandTimeout: 99 });
    client.disconnect();

    expect(client.options).toMatchObject({
      port: 1,
      commandTimeout: 99,
      enableOfflineQueue: false,
    });
  });

  it('keeps a safe setting where the option is given without a value', () => {
    const client = createRedisClient({
      lazyConnect: true,
      commandTimeout: undefined,
      socketTimeout: undefined,
    });
    client.disconnect();

    expect(unsafeSettingsOf(client)).toEqual([]);
  });

  it('tries again for ever, with pauses that grow to a second and differ', () => {
    const { retryStrategy } = safeRedisOptions();
    const pauses = Array.from({ length: 200 }, (_, index) => Number(retryStrategy?.(index + 1)));

    expect(pauses.every((pause) => pause > 0 && pause <= 1_000)).toBe(true);
    expect(pauses.slice(10).every((pause) => pause >= 500)).toBe(true);
    expect(new Set(pauses).size).toBeGreaterThan(100);
  });

  it('connects anew, without sending again, where a master has become a replica', () => {
    const { reconnectOnError } = safeRedisOptions();

    expect(
      reconnectOnError?.(new Error("READONLY You can't write against a read only replica.")),
    ).toBe(true);
    expect(reconnectOnError?.(new Error('NOPERM no permissions'))).toBe(false);
  });

  function withoutFunctions(options: RedisOptions): RedisOptions {
    return Object.fromEntries(
      Object.entries(options).filter(([, value]) => typeof value !== 'function'),
    );
  }
});

describe('whenReady', () => {
  let server: RedisServer;
  const clients: Redis[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  afterAll(async () => {
    await server.stop();
  });

  function client(options: RedisOptions): Redis {
    const made = createRedisClient({ disconnectTimeout: 50, ...options });
    clients.push(made);
    return made;
  }

  it('resolves when a connecting client is ready', async () => {
    const connecting = client({ port: server.port });

    expect(await whenReady(connecting, 10_000)).toBeNull();
    expect(await connecting.ping()).toBe('PONG');
  });

  it('resolves for a client that is ready already', async () => {
    const ready = client({ port: server.port });
    await whenReady(ready, 10_000);

    expect(await whenReady(ready, 10_000)).toBeNull();
  });

  it('connects a client that waits to be told', async () => {
    const lazy = client({ port: server.port, lazyConnect: true });

    expect(await whenReady(lazy, 10_000)).toBeNull();
    expect(lazy.status).toBe('ready');
  });

  it.each([[false], [true]])('says why it is not (lazy: %s)', async (lazyConnect) => {
    const away = client({ port: await freePort(), lazyConnect });

    expect((await whenReady(away, 100))?.message).toContain('ECONNREFUSED');
  });

  it('says that the password is wrong', async () => {
    const rejected = client({ port: server.port, username: 'nobody', password: 'wrong' });

    expect((await whenReady(rejected, 300))?.message).toContain('WRONGPASS');
  });

  it('says how long it waited for a server that says nothing', async () => {
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

    await whenReady(away, 50);

    // The client has listeners of its own while it tries to connect, and none in between.
    await eventually(() => away.listenerCount('ready') === 0);
    expect(away.listenerCount('error')).toBe(1);
  });
});
