import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { freePort } from '../../../../tools/processes/free-port';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionOptionsError } from '../errors/session-options.error';
import { eventually } from '../../../../tools/testing/eventually';
import { safeRedisOptions } from './redis-client';
import { RedisConnection } from './redis-connection';

describe('RedisConnection', () => {
  let warnings: string[];
  let errors: string[];
  let connection: RedisConnection | undefined;

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
    jest.restoreAllMocks();
  });

  it('warns of nothing for a client of its own', async () => {
    const server = await RedisServer.start();

    connection = await RedisConnection.open({ redis: server.url });

    expect(connection.client.status).toBe('ready');
    expect([warnings, errors]).toEqual([[], []]);
    connection.onApplicationShutdown();
    await server.stop();
  });

  it('warns of what is unsafe about a client of the application', async () => {
    const server = await RedisServer.start();
    const client = new Redis({
      port: server.port,
      ...safeRedisOptions(),
      enableOfflineQueue: true,
    });

    connection = await RedisConnection.open({ client });

    expect(warnings).toEqual([expect.stringMatching(/^enableOfflineQueue is on/)]);
    client.disconnect();
    await server.stop();
  });

  it('opens also while Redis is away, says so once without user and password, and is there when Redis is', async () => {
    const port = await freePort();

    connection = await RedisConnection.open({
      redis: { port, username: 'default', password: 'geheim', disconnectTimeout: 50 },
    });

    expect(errors).toEqual([
      expect.stringMatching(/^Redis: .*ECONNREFUSED/),
      expect.stringMatching(/^Redis does not answer \(.*ECONNREFUSED.*\).*503.*start it/),
    ]);
    expect([...errors, ...warnings].join()).not.toContain('geheim');
    const server = await RedisServer.start({ port, args: ['--requirepass', 'geheim'] });
    await eventually(() => connection?.client.status === 'ready');
    expect(await connection.client.ping()).toBe('PONG');
    connection.onApplicationShutdown();
    await server.stop();
  });

  it('needs a client or an address', async () => {
    await expect(RedisConnection.open({})).rejects.toThrow(SessionOptionsError);
  });
});
