import { type INestApplication, Get, Logger, type Type } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually';
import { freePort } from '../../../../tools/processes/free-port';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { SessionModuleOptions } from '../options/session.options';
import { SessionOptions } from '../options/session.options';
import { SessionModule } from '../session.module';
import { MemorySessionStore } from '../store/memory-session.store';
import { createRedisClient } from '../store/redis-client';
import { httpAdapters, listen } from '../testing/http-adapters';
import { startedRedis } from '../testing/started-redis';
import type { AccessCatalogue } from './access-catalogue';
import { AccessCataloguePublisher } from './access-catalogue.publisher';
import type { AccessCatalogueReader } from './access-catalogue.reader';
import type { AccessCatalogueWriter } from './access-catalogue.writer';
import { RedisAccessCatalogueStore } from './redis-access-catalogue.store';
import { controllerOf } from './testing/routed-app';

const CATALOGUE: AccessCatalogue = { service: 'orders', router: 'express', routes: [] };

/** Notes what it is told, and can be away or have lost everything. */
class SampleWriter implements AccessCatalogueWriter {
  readonly calls: string[] = [];
  isAway = false;
  isEmpty = false;

  publish({ service }: AccessCatalogue): Promise<void> {
    this.isEmpty &&= this.isAway;
    return this.#answer(`publish ${service}`, undefined);
  }

  keepAlive(service: string): Promise<boolean> {
    return this.#answer(`keep ${service}`, !this.isEmpty);
  }

  #answer<T>(call: string, answer: T): Promise<T> {
    this.calls.push(call);
    return this.isAway
      ? Promise.reject(new SessionStoreUnavailableError())
      : Promise.resolve(answer);
  }
}

describe('a service', () => {
  let writer: SampleWriter;
  let publisher: AccessCataloguePublisher;
  let errors: jest.SpyInstance;

  const publisherWith = (options: Partial<SessionModuleOptions> = {}) =>
    new AccessCataloguePublisher(
      { read: () => Promise.resolve(CATALOGUE) } as unknown as AccessCatalogueReader,
      writer,
      new SessionOptions({ store: new MemorySessionStore(), service: 'orders', ...options }),
    );

  beforeEach(() => {
    jest.useFakeTimers();
    errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    writer = new SampleWriter();
    publisher = publisherWith();
  });
  afterEach(async () => {
    await publisher.beforeApplicationShutdown();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** As long as it may be between two signs of life, and no longer than two of them. */
  const aBeat = () => jest.advanceTimersByTimeAsync(5_500);

  it('publishes its routes once, and says that it is there from then on', async () => {
    await publisher.onApplicationBootstrap();
    await aBeat();
    expect(writer.calls).toEqual(['publish orders', 'keep orders']);
    await aBeat();
    expect(writer.calls).toEqual(['publish orders', 'keep orders', 'keep orders']);
  });

  it('publishes again what was lost', async () => {
    await publisher.onApplicationBootstrap();
    writer.isEmpty = true;
    await aBeat();
    expect(writer.calls).toEqual(['publish orders', 'keep orders', 'publish orders']);
    await aBeat();
    expect(writer.calls.slice(3)).toEqual(['keep orders']);
  });

  it('tries again every second while the store is away, and says so once', async () => {
    writer.isAway = true;
    await publisher.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(5_600);
    expect(writer.calls.length).toBeGreaterThanOrEqual(6);
    expect(new Set(writer.calls)).toEqual(new Set(['publish orders']));
    expect(errors).toHaveBeenCalledTimes(1);
    writer.isAway = false;
    await jest.advanceTimersByTimeAsync(1_100);
    const { length } = writer.calls;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(writer.calls).toHaveLength(length);
    writer.isAway = true;
    await aBeat();
    expect(errors).toHaveBeenCalledTimes(2);
  });

  it('says nothing any more when it has shut down', async () => {
    await publisher.onApplicationBootstrap();
    await publisher.beforeApplicationShutdown();
    await aBeat();
    await aBeat();
    expect(writer.calls).toEqual(['publish orders']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('starts although its routes cannot be read', async () => {
    const read = () => Promise.reject(new Error('unreadable'));
    const options = new SessionOptions({ store: new MemorySessionStore(), service: 'orders' });
    const reader = { read } as unknown as AccessCatalogueReader;
    await new AccessCataloguePublisher(reader, writer, options).onApplicationBootstrap();
    expect(errors).toHaveBeenCalledWith(expect.stringContaining('unreadable'));
    expect(writer.calls).toEqual([]);
  });

  it('publishes nothing when it is told not to', async () => {
    publisher = publisherWith({ publishAccess: false });
    await publisher.onApplicationBootstrap();
    await aBeat();
    expect(writer.calls).toEqual([]);
  });
});

describe.each(httpAdapters)('a service on Redis, on %s', (_, makeAdapter) => {
  const redis = startedRedis();
  const apps: INestApplication[] = [];

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    jest.restoreAllMocks();
  });

  const serve = async (options: SessionModuleOptions, ...controllers: Type[]) => {
    const imports = [SessionModule.forRoot(options)];
    const { app } = await listen(makeAdapter, { imports, controllers });
    apps.push(app);
    return app;
  };
  const find = () => new RedisAccessCatalogueStore(redis.client).find('sample');
  const old = controllerOf('old', { one: Get(), two: Get('two') });
  const young = controllerOf('young', { three: Get() });

  it('publishes its routes, and a later release has all of them replaced', async () => {
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

  it.each<[what: string, options: Partial<SessionModuleOptions>]>([
    ['without a name', {}],
    ['told not to', { service: 'sample', publishAccess: false }],
  ])('publishes nothing %s', async (__, options) => {
    await serve({ client: redis.client, ...options }, old);
    expect(await redis.client.keys('access:*')).toEqual([]);
  });

  it('starts while Redis is away, and publishes when it is there', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const port = await freePort();
    const client = createRedisClient(`redis://127.0.0.1:${port}`);
    await serve({ client, service: 'sample' }, old);
    const server = await RedisServer.start({ port });
    const store = new RedisAccessCatalogueStore(client);
    try {
      await eventually(async () => {
        if (client.status !== 'ready') return false;
        return (await store.find('sample')) !== null;
      });
    } finally {
      for (const app of apps.splice(0)) await app.close();
      client.disconnect();
      await server.stop();
    }
  });
});
