import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { freePort } from '../../../../tools/processes/free-port.js';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { UnsafeRedisError } from '../errors/unsafe-redis.error.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { createRedisClient, safeRedisOptions, whenReady } from './redis-client.js';
import { checkRedis } from './redis-check.js';
import { RedisConnection } from './redis-connection.js';
import { safeRedis } from './test-support/safe-redis.js';
import { shortenTimers } from './test-support/shorten-timers.js';

/** Time for which the start of the application waits for Redis, in milliseconds. */
const START_TIMEOUT = 5_000;

/** Same time in tests without Redis, in milliseconds: long enough for a refused connection. */
const SHORT = 200;

/** Runs `work` with a client of the default user. */
async function withServer<T>({ url }: RedisServer, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = createRedisClient(url);
  try {
    await whenReady(redis, 5_000);
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

describe('RedisConnection', () => {
  const shared = startedRedis();
  let warnings: string[];
  let errors: string[];
  let connection: RedisConnection | undefined;
  const clients: Redis[] = [];

  beforeEach(() => {
    warnings = [];
    errors = [];
    const { prototype } = Logger;
    jest
      .spyOn(prototype, 'warn')
      .mockImplementation((text: unknown) => warnings.push(String(text)));
    jest.spyOn(prototype, 'error').mockImplementation((text: unknown) => errors.push(String(text)));
  });

  afterEach(() => {
    connection?.onApplicationShutdown();
    connection = undefined;
    for (const client of clients.splice(0)) client.disconnect();
    jest.restoreAllMocks();
  });

  /** Returns a ready client as an application creates it. */
  async function applicationClient(url: string): Promise<Redis> {
    const client = createRedisClient(url);
    clients.push(client);
    await whenReady(client, 10_000);
    return client;
  }

  it('finds no unsafe setting in its own client', async () => {
    connection = await RedisConnection.open({ redis: shared.url });

    expect(connection.client.status).toBe('ready');
    expect(warnings).toEqual([expect.stringMatching(/^Redis is fit for development only/)]);
    expect(errors).toEqual([]);
  });

  it('warns of an unsafe setting in the client of the application', async () => {
    const { port } = shared.server;
    const client = new Redis(safeRedisOptions({ port, enableOfflineQueue: true }));
    clients.push(client);

    connection = await RedisConnection.open({ client });

    expect(warnings[0]).toMatch(/^enableOfflineQueue is on/);
  });

  it('opens while Redis is down, logs this without the password, and connects once Redis is up', async () => {
    shortenTimers(START_TIMEOUT, SHORT);
    const port = await freePort();

    connection = await RedisConnection.open({
      redis: { port, username: 'default', password: 'geheim', disconnectTimeout: 50 },
    });

    expect(errors).toEqual([
      expect.stringMatching(/^Redis: .*ECONNREFUSED/),
      expect.stringMatching(/^Redis does not answer \(.*ECONNREFUSED.*\)\. Start it.*503/),
    ]);
    expect([...errors, ...warnings].join()).not.toContain('geheim');
    const server = await RedisServer.start({ port, args: ['--requirepass', 'geheim'] });
    await eventually(() => connection?.client.status === 'ready');
    expect(await connection.client.ping()).toBe('PONG');
    connection.onApplicationShutdown();
    await server.stop();
  });

  describe('with a database that it cannot select', () => {
    const rules = ['user', 'rita', 'on', '>pw', '+@all', '-select', '~*', '&*'];
    let server: RedisServer;

    beforeAll(async () => {
      server = await RedisServer.start({ args: ['--databases', '2', '--save', ''] });
    });
    afterAll(() => server.stop());

    it.each<[what: string, open: (url: URL) => SessionModuleOptions]>([
      ['a URL', (url) => ({ redis: `${url.href}/9` })],
      ['options', ({ port }) => ({ redis: { port: Number(port), db: 9 } })],
      [
        "the application's client",
        ({ port }) => {
          const client = new Redis(safeRedisOptions({ port: Number(port), db: 9 }));
          clients.push(client);
          return { client };
        },
      ],
    ])('does not become ready, and logs why, given as %s', async (_, open) => {
      shortenTimers(START_TIMEOUT, SHORT);
      connection = await RedisConnection.open(open(new URL(server.url)));

      expect(errors).toEqual([
        expect.stringMatching(/^Redis: .*DB index is out of range/),
        expect.stringMatching(/^Redis rejects the database \(.*out of range\)\. .*503/),
      ]);
      for (let i = 0; i < 20; i += 1) {
        await expect(connection.client.set('x', '1')).rejects.toThrow();
        await delay(10);
      }
      expect(connection.client.status).not.toBe('ready');
      expect(await withServer(server, (redis) => redis.dbsize())).toBe(0);
    });

    it('fails to open with strict', async () => {
      shortenTimers(START_TIMEOUT, SHORT);
      const open = RedisConnection.open({ redis: `${server.url}/9`, strict: true });
      await expect(open).rejects.toThrow(/Redis rejects the database/);
    });

    it('becomes ready once the user may select the database', async () => {
      shortenTimers(START_TIMEOUT, SHORT);
      await withServer(server, (redis) => redis.call('ACL', 'SETUSER', ...rules.slice(1)));
      const url = new URL(server.url);
      connection = await RedisConnection.open({ redis: `redis://rita:pw@${url.host}/1` });
      expect(connection.client.status).not.toBe('ready');

      await withServer(server, (redis) => redis.call('ACL', 'SETUSER', 'rita', '+select'));
      await eventually(() => connection?.client.status === 'ready');
      await connection.client.set('there', '1');
      expect(await withServer(server, (redis) => redis.dbsize())).toBe(0);
    });
  });

  it('logs an error and reports to probes when a client has given up', async () => {
    const server = await RedisServer.start();
    const client = new Redis(safeRedisOptions({ port: server.port, retryStrategy: () => null }));
    clients.push(client);
    connection = await RedisConnection.open({ client });
    expect(warnings[0]).toMatch(/^retryStrategy gives up/);
    expect(connection.hasEnded).toBe(false);

    await server.stop();
    await eventually(() => connection?.hasEnded === true);
    expect(errors.at(-1)).toMatch(/^The connection to Redis has ended permanently/);
  });

  it('leaves no listener on the client of the application', async () => {
    const { port } = shared.server;
    const client = new Redis(safeRedisOptions({ port }));
    clients.push(client);
    await whenReady(client, 5_000);
    const count = () => client.eventNames().map((name) => [name, client.listenerCount(name)]);
    const before = count();

    for (let i = 0; i < 3; i += 1) {
      (await RedisConnection.open({ client })).onApplicationShutdown();
    }

    expect(count()).toEqual(before);
    expect(await client.ping()).toBe('PONG');
  });

  describe('on a Redis that is not safe for sessions', () => {
    it('warns of all problems in one line', async () => {
      const server = await RedisServer.start({ args: ['--maxmemory-policy', 'allkeys-lru'] });

      connection = await RedisConnection.open({ redis: server.url });

      expect(warnings).toEqual([
        expect.stringMatching(
          /^Redis is fit for development only\. Open \(.*\. Unpersisted \(.*\. Evicting \(.*\.$/,
        ),
      ]);
      expect(warnings[0]).not.toContain('\n');
      connection.onApplicationShutdown();
      await server.stop();
    });

    it('warns exactly once, when Redis becomes available', async () => {
      shortenTimers(START_TIMEOUT, SHORT);
      const port = await freePort();
      connection = await RedisConnection.open({ redis: { port, disconnectTimeout: 50 } });
      const { client } = connection;
      expect(warnings).toEqual([]);

      const server = await RedisServer.start({ port });
      await eventually(() => warnings.length > 0);
      client.disconnect(true);
      await eventually(() => client.status !== 'ready');
      await eventually(() => client.status === 'ready');
      await client.ping();

      // A second check by the connection would find the same problems while this check runs.
      expect(await checkRedis(client, new AbortController().signal)).toHaveLength(2);
      expect(warnings).toHaveLength(1);
      connection.onApplicationShutdown();
      await server.stop();
    });

    it('logs nothing about a Redis that it could not check', async () => {
      const client = await applicationClient(shared.url);
      const info = jest.spyOn(client, 'info').mockRejectedValue(new Error('Command timed out'));

      connection = await RedisConnection.open({ client });
      await eventually(() => info.mock.calls.length === 3);
      await client.ping();

      expect([warnings, errors]).toEqual([[], []]);
    });

    it('logs nothing after the application has shut down', async () => {
      shortenTimers(START_TIMEOUT, SHORT);
      const port = await freePort();
      const client = createRedisClient({ port });
      clients.push(client);

      connection = await RedisConnection.open({ client });
      connection.onApplicationShutdown();
      const server = await RedisServer.start({ port });
      await whenReady(client, 10_000);
      await checkRedis(client, new AbortController().signal);

      expect(warnings).toEqual([]);
      await server.stop();
    });
  });

  describe('with strict', () => {
    const safe = safeRedis();

    async function refusal(): Promise<UnsafeRedisError> {
      const opening = RedisConnection.open({ redis: safe.redis.urlOf('orders'), strict: true });
      const error = await opening.catch((it: unknown) => it);
      if (error instanceof UnsafeRedisError) return error;
      throw new Error('It was not refused.', { cause: error });
    }

    it('opens on a safe Redis', async () => {
      connection = await RedisConnection.open({ redis: safe.redis.urlOf('orders'), strict: true });

      expect(connection.client.status).toBe('ready');
      expect([warnings, errors]).toEqual([[], []]);
    });

    it.each([
      ['Open', () => safe.operator.acl('SETUSER', 'default', 'on', 'nopass', '+@all')],
      ['Unpersisted', () => safe.operator.config('SET', 'appendonly', 'no')],
      ['Evicting', () => safe.operator.config('SET', 'maxmemory-policy', 'allkeys-lru')],
    ])('rejects a Redis that is %s, and says where and how to fix it', async (what, spoil) => {
      await spoil();
      const { code, message, problems } = await refusal();

      expect(code).toBe('ERR_SESSION_REDIS_UNSAFE');
      expect(problems).toEqual([
        expect.stringMatching(
          `^${what} \\(127\\.0\\.0\\.1:${safe.redis.port}\\): .*(Set|Disable) .*\\.$`,
        ),
      ]);
      expect(message).toContain(problems[0]);
      expect(warnings).toEqual([]);
    });

    it('reports all problems at once', async () => {
      await safe.operator.acl('SETUSER', 'default', 'on', 'nopass', '+@all');
      await safe.operator.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'allkeys-lru');

      expect((await refusal()).message.split('\n')).toEqual([
        expect.stringMatching(/'strict' is on:$/),
        expect.stringMatching(/^ {2}- Open /),
        expect.stringMatching(/^ {2}- Unpersisted /),
        expect.stringMatching(/^ {2}- Evicting /),
      ]);
    });

    it('rejects a Redis that cannot be checked', async () => {
      const client = await applicationClient(safe.redis.urlOf('orders'));
      jest.spyOn(client, 'info').mockRejectedValue(new Error('Command timed out'));

      await expect(RedisConnection.open({ client, strict: true })).rejects.toThrow(
        /did not answer/,
      );
      expect(client.status).toBe('ready');
    });

    it('closes its own client when it rejects a Redis', async () => {
      await safe.operator.config('SET', 'appendonly', 'no');
      await refusal();

      await eventually(async () =>
        (await safe.operator.info('clients')).includes('connected_clients:1\r'),
      );
    });

    it('rejects a Redis that is down', async () => {
      shortenTimers(START_TIMEOUT, SHORT);
      const port = await freePort();
      const opening = RedisConnection.open({
        redis: { port, password: 'geheim', disconnectTimeout: 50 },
        strict: true,
      });

      await expect(opening).rejects.toThrow(UnsafeRedisError);
      await expect(opening).rejects.toThrow(/Redis does not answer \(.*ECONNREFUSED.*Start it/);
      await expect(opening).rejects.not.toThrow(/geheim/);
    });
  });
});
