import { EventEmitter } from 'node:events';
import timers from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { safeRedisOptions } from './redis-client.js';
import { RedisConnection } from './redis-connection.js';

describe('RedisConnection', () => {
  let errors: jest.SpyInstance;

  beforeEach(() => {
    jest.useFakeTimers();
    // Jest only replaces the timers of the global object.
    jest
      .spyOn(timers, 'setTimeout')
      .mockImplementation(
        (milliseconds, value) =>
          new Promise((resolve) => setTimeout(resolve, milliseconds, value as never)),
      );
    errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('requires a client or an address', async () => {
    await expect(RedisConnection.open({})).rejects.toThrow(SessionOptionsError);
  });

  it('limits the wait for Redis and for the check to one shared timeout', async () => {
    const info = () => new Promise(() => undefined);
    const client = Object.assign(new EventEmitter(), {
      status: 'connecting',
      options: safeRedisOptions(),
      info,
    });
    let isOpen = false;
    const opening = RedisConnection.open({ client: client as unknown as Redis }).then(() => {
      isOpen = true;
    });

    await jest.advanceTimersByTimeAsync(3_500);
    client.status = 'ready';
    client.emit('ready');
    await jest.advanceTimersByTimeAsync(1_499);
    expect(isOpen).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(isOpen).toBe(true);

    await opening;
    expect(errors).not.toHaveBeenCalled();
  });
});
