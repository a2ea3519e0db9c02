import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../processes/free-port';
import { temporaryFolder } from '../testing/temporary-folder';
import { ensureRedisServer } from './ensure-redis-server';
import { provideRedis } from './provide-redis';
import { RedisServer } from './redis-server';

describe('provideRedis', () => {
  const folder = temporaryFolder();
  const { PATH } = process.env;

  const ping = async (url: string) => {
    const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on('error', () => undefined);
    try {
      return await client.ping();
    } finally {
      client.disconnect();
    }
  };

  beforeAll(async () => {
    await ensureRedisServer();
  }, 300_000);

  it('starts and stops a server when the environment names none', async () => {
    const redis = await provideRedis({ env: { PATH, REDIS_URL: '' } });
    const url = redis.url ?? '';
    await expect(ping(url)).resolves.toBe('PONG');
    expect(redis.description).toBe(url);

    await redis.stop();

    await expect(ping(url)).rejects.toThrow();
    await expect(redis.exited).resolves.toEqual({ code: 0, signal: null });
  });

  describe('when REDIS_URL names a server', () => {
    let server: RedisServer;

    beforeEach(async () => {
      const aclFile = join(folder(), 'users.acl');
      writeFileSync(
        aclFile,
        'user default off\nuser auth on >s3cret ~* +@all\nuser orders on >s3cret ~* -@all +get\n',
      );
      server = await RedisServer.start({ aclFile });
    });

    afterEach(() => server.stop());

    const urlOf = (credentials: string) => server.url.replace('//', `//${credentials}`);

    it('uses it, shows it without the password, and does not stop it', async () => {
      const url = urlOf('auth:s3cret@');
      const redis = await provideRedis({ env: { REDIS_URL: url } });
      expect(redis.url).toBe(url);
      expect(redis.description).toBe(urlOf('auth:***@'));

      await redis.stop();

      await expect(ping(url)).resolves.toBe('PONG');
    });

    it('accepts a user without permission to read the version', async () => {
      const url = urlOf('orders:s3cret@');

      await expect(provideRedis({ env: { REDIS_URL: url } })).resolves.toMatchObject({ url });
    });

    it.each([
      ['a wrong password', 'auth:wr0ng@', 'WRONGPASS'],
      ['no user', '', 'NOAUTH'],
    ])('reports %s without showing the password', async (_, credentials, reason) => {
      const refusal = provideRedis({ env: { REDIS_URL: urlOf(credentials) } });

      await expect(refusal).rejects.toThrow(/^The Redis of REDIS_URL/);
      await expect(refusal).rejects.toThrow(reason);
      await expect(refusal).rejects.not.toThrow('wr0ng');
    });
  });

  it('reports a server that does not answer', async () => {
    const REDIS_URL = `redis://auth:s3cret@127.0.0.1:${await freePort()}`;
    const refusal = provideRedis({ env: { REDIS_URL } });

    await expect(refusal).rejects.toThrow('ECONNREFUSED');
    await expect(refusal).rejects.toThrow(REDIS_URL.replace('s3cret', '***'));
    await expect(refusal).rejects.not.toThrow('s3cret');
  });

  it.each(['127.0.0.1:6379', 'http://127.0.0.1:6379', 'redis'])(
    'rejects an invalid Redis URL: %s',
    async (REDIS_URL) => {
      await expect(provideRedis({ env: { REDIS_URL } })).rejects.toThrow('REDIS_URL must be a URL');
    },
  );

  it.each([{ REDIS_SENTINELS: '10.0.0.1:26379' }, { REDIS_CLUSTER: '10.0.0.1:7000' }])(
    'leaves the use of %j to the apps',
    async (env) => {
      const redis = await provideRedis({ env });

      expect(redis.url).toBeUndefined();
      expect(redis.description).toContain('10.0.0.1');
      await redis.stop();
    },
  );

  it('rejects a server on the PATH that is too old', async () => {
    writeFileSync(join(folder(), 'redis-server'), "#!/bin/sh\necho 'Redis server v=6.0.16'\n", {
      mode: 0o755,
    });

    await expect(provideRedis({ env: { PATH: folder() } })).rejects.toThrow(
      /redis-server is version 6\.0\.16\. Redis 7\.0 or newer is needed/,
    );
  });
});
