import { Cluster, Redis, type RedisOptions } from 'ioredis';
import {
  createRedisClient,
  safeClusterOptions,
  safeRedisOptions,
  unsafeSettingsOf,
} from './redis-client.js';

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

  it('reports every unsafe default of ioredis, and how to fix it', () => {
    const warnings = unsafeSettingsOf(client({}));

    expect(warnings).toEqual([
      expect.stringMatching(/^autoResendUnfulfilledCommands .* Set it to false\.$/),
      expect.stringMatching(/^enableOfflineQueue .* Set it to false\.$/),
      expect.stringMatching(/^reconnectOnError ignores READONLY.*'READONLY'\.$/),
      expect.stringMatching(/^commandTimeout .* Set it, for example to \d+\.$/),
      expect.stringMatching(/^socketTimeout .* Set it, for example to \d+\.$/),
    ]);
  });

  it.each([
    ['autoResendUnfulfilledCommands', { autoResendUnfulfilledCommands: true }],
    ['enableOfflineQueue', { enableOfflineQueue: true }],
    ['commandTimeout', { commandTimeout: undefined }],
    ['socketTimeout', { socketTimeout: undefined }],
    ['stringNumbers', { stringNumbers: true }],
    ['retryStrategy', { retryStrategy: () => null }],
    ['retryStrategy', { retryStrategy: (attempt: number) => (attempt > 20 ? undefined : 100) }],
    ['reconnectOnError', { reconnectOnError: () => false as const }],
    ['reconnectOnError', { reconnectOnError: null }],
  ])('reports only %s', (name, options) => {
    expect(unsafeSettingsOf(client({ ...safeRedisOptions(), ...options }))).toEqual([
      expect.stringMatching(new RegExp(`^${name} `)),
    ]);
  });

  it('warns of an unencrypted connection to a master behind Sentinels', () => {
    const sentinels = [{ host: '127.0.0.1', port: 1 }];
    const target = { lazyConnect: true, sentinels, name: 'sessions', tls: {} };
    const [safe, unsafe] = [
      new Redis(safeRedisOptions(target)),
      new Redis(safeRedisOptions({ ...target, enableTLSForSentinelMode: false })),
    ];
    clients.push(safe, unsafe);

    expect(unsafeSettingsOf(safe)).toEqual([]);
    expect(unsafeSettingsOf(unsafe)).toEqual([expect.stringMatching(/not encrypted.*to true/)]);
  });

  it('warns of a failover detector that can end the client', () => {
    const target = { lazyConnect: true, sentinels: [{ port: 1 }], name: 'sessions' };
    const [safe, unsafe] = [
      new Redis(safeRedisOptions(target)),
      new Redis({ ...safeRedisOptions(), ...target, failoverDetector: true }),
    ];
    clients.push(safe, unsafe);

    expect(unsafeSettingsOf(safe)).toEqual([]);
    expect(unsafeSettingsOf(unsafe)).toEqual([expect.stringMatching(/^failoverDetector is on/)]);
  });

  it('warns of a Cluster client that stops reconnecting', () => {
    const options = { ...safeClusterOptions(), clusterRetryStrategy: () => null };
    const made = new Cluster([{ port: 1 }], { ...options, lazyConnect: true });
    clients.push(made);

    expect(unsafeSettingsOf(made)).toEqual([
      expect.stringMatching(/^clusterRetryStrategy gives up/),
    ]);
  });

  it('checks the settings of the nodes in a Cluster', () => {
    const safe = new Cluster([{ port: 1 }], { ...safeClusterOptions(), lazyConnect: true });
    const unsafe = new Cluster([{ port: 1 }], { lazyConnect: true });
    clients.push(safe, unsafe);

    expect(unsafeSettingsOf(safe)).toEqual([]);
    expect(unsafeSettingsOf(unsafe)).toHaveLength(5);
  });
});

describe('createRedisClient', () => {
  it('accepts a URL', () => {
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

  it('accepts options in addition to the safe options', () => {
    const client = createRedisClient({ lazyConnect: true, port: 1, commandTimeout: 99 });
    client.disconnect();

    expect(client.options).toMatchObject({
      port: 1,
      commandTimeout: 99,
      enableOfflineQueue: false,
    });
  });

  it('keeps a safe setting when the option is undefined', () => {
    const client = createRedisClient({
      lazyConnect: true,
      commandTimeout: undefined,
      socketTimeout: undefined,
    });
    client.disconnect();

    expect(unsafeSettingsOf(client)).toEqual([]);
  });

  it('retries forever, with jittered pauses that grow to one second', () => {
    const { retryStrategy } = safeRedisOptions();
    const pauses = Array.from({ length: 200 }, (_, index) => Number(retryStrategy?.(index + 1)));

    expect(pauses.every((pause) => pause > 0 && pause <= 1_000)).toBe(true);
    expect(pauses.slice(10).every((pause) => pause >= 500)).toBe(true);
    expect(new Set(pauses).size).toBeGreaterThan(100);
  });

  it('reconnects without resending when a master has become a replica', () => {
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
