import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Cluster } from 'ioredis';
import { SessionModule } from '../session.module.js';
import { safeClusterOptions } from '../store/redis-client.js';
import { silent } from '../../test-support/http-adapters.js';

describe('a Cluster client that reads from replicas', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is rejected at start-up, with advice', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const options = { ...safeClusterOptions(), scaleReads: 'slave' as const, lazyConnect: true };
    const client = new Cluster([{ host: '127.0.0.1', port: 1 }], options);
    // Otherwise the start would wait for the client.
    client.status = 'ready';

    const starting = Test.createTestingModule({
      imports: [SessionModule.forRoot({ client, nearCache: true })],
    })
      .setLogger(silent)
      .compile();

    await expect(starting).rejects.toThrow(/^nearCache: .*replica .*scaleReads/);
  });
});
