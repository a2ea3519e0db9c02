import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppProcess } from '../tools/processes/app-process';
import { freePort } from '../tools/processes/free-port';
import { RedisServer } from '../tools/redis/redis-server';
import { eventually } from '../tools/testing/eventually';
import { GuardedRedis } from './support/guarded-redis';
import { call } from './support/http';

describe('a service at start-up', () => {
  const started: AppProcess[] = [];

  afterEach(async () => {
    await Promise.all(started.splice(0).map((app) => app.stop()));
  });

  async function start(name: string, env: NodeJS.ProcessEnv): Promise<AppProcess> {
    const url = `http://127.0.0.1:${env.ORDERS_PORT ?? env.AUTH_PORT ?? ''}`;
    const app = await AppProcess.start({ name, url, env: { PATH: process.env.PATH, ...env } });
    started.push(app);
    return app;
  }

  it.each([
    ['orders', { REDIS_URL: 'http://user:secret@localhost' }, 'REDIS_URL'],
    [
      'products',
      { REDIS_URL: 'redis://localhost', SESSION_NEAR_CACHE: '9ms' },
      'SESSION_NEAR_CACHE',
    ],
    [
      'auth',
      { REDIS_URL: 'redis://localhost', DEMO_USERS: 'on', NODE_ENV: 'production' },
      'DEMO_USERS',
    ],
  ])('refuses to run as %s with %j, and names %s', async (name, env, variable) => {
    const app = await start(name, env);
    expect(await app.exited).toMatchObject({ code: 1 });
    expect(app.lastLines).toMatch(new RegExp(`- ${variable}: \\w.*\\.`));
    expect(app.lastLines).not.toContain('secret');
    expect(app.lastLines).not.toContain('    at ');
  });

  it('logs a rejected environment as one JSON line in production', async () => {
    const app = await start('orders', {
      NODE_ENV: 'production',
      REDIS_URL: 'http://x',
      HTTP_ADAPTER: 'x',
    });
    expect(await app.exited).toMatchObject({ code: 1 });
    const lines = app.lastLines.split('\n').filter((line) => line !== '');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      service: 'orders',
      msg: expect.stringMatching(/REDIS_URL[^]*HTTP_ADAPTER|HTTP_ADAPTER[^]*REDIS_URL/) as string,
    });
  });

  it('names the variable to change when the port is taken', async () => {
    const redis = await GuardedRedis.start();
    try {
      const env = { REDIS_URL: redis.urlOf('orders'), ORDERS_PORT: String(redis.port) };
      const app = await start('orders', env);
      expect(await app.exited).toMatchObject({ code: 1 });
      expect(app.lastLines).toContain(`Port ${redis.port} on 127.0.0.1 is in use`);
      expect(app.lastLines).toContain('ORDERS_PORT');
    } finally {
      await redis.stop();
    }
  });

  it('starts without Redis, logs that, and becomes ready once Redis is up', async () => {
    const [port, redisPort] = [await freePort(), await freePort()];
    const app = await start('orders', {
      ORDERS_PORT: String(port),
      REDIS_URL: await GuardedRedis.urlOf('orders', redisPort),
    });
    await eventually(async () => {
      try {
        return (await call(`${app.url}/health/ready`)).status === 503;
      } catch {
        return false;
      }
    });
    expect(app.lastLines).toContain('Redis does not answer');
    const redis = await GuardedRedis.start({ port: redisPort });
    try {
      await app.ready();
    } finally {
      await redis.stop();
    }
  });

  describe('on a Redis for development', () => {
    let redis: RedisServer;

    beforeAll(async () => {
      redis = await RedisServer.start();
    });

    afterAll(() => redis.stop());

    it.each(['auth', 'orders', 'products'])(
      'refuses to run as %s with REDIS_STRICT=on, and logs what to change',
      async (name) => {
        const env = { REDIS_URL: redis.url, REDIS_STRICT: 'on', DATA_DIR: 'temporary' };
        const app = await start(name, env);

        expect(await app.exited).toMatchObject({ code: 1 });
        expect(app.lastLines).toMatch(
          new RegExp(`- Open \\(127.0.0.1:${redis.port}\\): .*Disable its user 'default'`),
        );
        expect(app.lastLines).toMatch(/- Unpersisted .*'appendonly yes'/);
        expect(app.lastLines).not.toContain('Listening');
      },
    );

    it('starts without REDIS_STRICT, and logs one warning', async () => {
      const port = String(await freePort());
      const app = await start('orders', { REDIS_URL: redis.url, ORDERS_PORT: port });

      await app.ready();
      await eventually(() => app.lastLines.includes('Redis is fit for development only'));
      expect(app.lastLines.match(/WARN/g)).toHaveLength(1);
    });
  });

  it('exits when its parent process disconnects', async () => {
    const redis = await GuardedRedis.start();
    try {
      const child = spawn(process.execPath, ['dist/apps/orders/main.js'], {
        env: { PATH: process.env.PATH, ORDERS_PORT: '0', REDIS_URL: redis.urlOf('orders') },
        stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
      });
      if (child.stdout) await once(child.stdout, 'data');
      child.disconnect();
      // Ends in order, or at once when the app does not listen for signals yet.
      expect([
        [0, null],
        [null, 'SIGTERM'],
      ]).toContainEqual(await once(child, 'exit'));
    } finally {
      await redis.stop();
    }
  });
});
