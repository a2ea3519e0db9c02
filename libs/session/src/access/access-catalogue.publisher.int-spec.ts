import { type INestApplication, Get, Logger, type Type } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually.js';
import { freePort } from '../../../../tools/processes/free-port.js';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { SessionModule } from '../session.module.js';
import { createRedisClient } from '../store/redis-client.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { startedRedis } from '../../test-support/started-redis.js';
import type { AccessCatalogue } from './access-catalogue.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionAccessModule } from './session-access.module.js';
import type { SessionAccessModuleOptions } from './session-access.options.js';
import { AccessCataloguePublisher } from './access-catalogue.publisher.js';
import type { AccessCatalogueReader } from './access-catalogue.reader.js';
import { InstanceReporter } from './instance-reporter.js';
import { SAMPLE_REPORT } from './test-support/sample-report.js';
import { RedisAccessCatalogueStore } from './redis-access-catalogue.store.js';
import { controllerOf } from './test-support/routed-app.js';

type MakeAdapter = (typeof httpAdapters)[0][1];

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

/** Services on the worker's Redis, for the tests of the enclosing `describe`. */
function publishingOn(makeAdapter: MakeAdapter) {
  const redis = startedRedis();
  const apps: INestApplication[] = [];

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    jest.restoreAllMocks();
  });

  const serve = async (
    { release, ...options }: SessionModuleOptions & SessionAccessModuleOptions,
    ...controllers: Type[]
  ) => {
    const imports = [
      SessionModule.forRoot(options),
      SessionAccessModule.forRoot({ ...(release && { release }) }),
    ];
    const { app } = await listen(makeAdapter, { imports, controllers });
    apps.push(app);
    return app;
  };
  const find = () => new RedisAccessCatalogueStore(redis.client).find('sample');
  return { redis, serve, find };
}

const old = controllerOf('old', { one: Get(), two: Get('two') });
const young = controllerOf('young', { three: Get() });

describe.each(httpAdapters)('a service on Redis and %s', (_, makeAdapter) => {
  const { redis, serve, find } = publishingOn(makeAdapter);

  it('publishes its routes, and a later release replaces all of them', async () => {
    const app = await serve(
      { client: redis.client, service: 'sample', requiredRole: 'orders', release: '1' },
      old,
    );
    await eventually(async () => (await find()) !== null);
    expect((await find())?.catalogue).toMatchObject({
      version: '1',
      requiredRole: 'orders',
      routes: [
        { path: '/old', anyOf: ['one'] },
        { path: '/old/two', anyOf: ['two'] },
      ],
    });

    await app.close();
    await serve({ client: redis.client, service: 'sample', release: '2' }, young);
    await eventually(async () => (await find())?.catalogue.version === '2');
    const { requiredRole, routes } = (await find())?.catalogue ?? {};
    expect([requiredRole, routes?.map(({ path }) => path)]).toEqual([undefined, ['/young']]);
  });
});

describe('a service on Redis', () => {
  const { redis, serve } = publishingOn(express);

  it('publishes nothing without a name', async () => {
    await serve({ client: redis.client }, old);
    expect(await redis.client.keys('access:*')).toEqual([]);
  });

  it('publishes nothing without SessionAccessModule', async () => {
    const imports = [SessionModule.forRoot({ client: redis.client, service: 'sample' })];
    const { app } = await listen(express, { imports, controllers: [old] });
    expect(await redis.client.keys('*')).toEqual([]);
    await app.close();
  });

  it('warns that nothing is published with a store of its own', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    await serve({ store: new MemorySessionStore(), service: 'sample' }, old);
    await eventually(() => warn.mock.calls.length > 0);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("'sample' are not published"));
  });

  it('publishes its routes once Redis becomes available after the start', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    const port = await freePort();
    const client = createRedisClient(`redis://127.0.0.1:${port}`);
    client.on('error', () => undefined);
    const store = new RedisAccessCatalogueStore(client);
    const catalogue: AccessCatalogue = { service: 'sample', router: 'express', routes: [] };
    const publisher = new AccessCataloguePublisher(
      { read: () => Promise.resolve(catalogue) } as unknown as AccessCatalogueReader,
      store,
      new InstanceReporter(() => SAMPLE_REPORT),
    );
    await publisher.onApplicationBootstrap();
    const server = await RedisServer.start({ port });
    try {
      await eventually(async () => {
        if (client.status !== 'ready') return false;
        return (await store.find('sample')) !== null;
      });
    } finally {
      await publisher.beforeApplicationShutdown();
      client.disconnect();
      await server.stop();
    }
  });
});
