import { Logger } from '@nestjs/common';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { SessionModuleOptions } from '../options/session.options';
import { SessionOptions } from '../options/session.options';
import { MemorySessionStore } from '../store/memory-session.store';
import type { AccessCatalogue } from './access-catalogue';
import { AccessCataloguePublisher } from './access-catalogue.publisher';
import type { AccessCatalogueReader } from './access-catalogue.reader';
import type { AccessCatalogueWriter } from './access-catalogue.writer';

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

  it('publishes nothing where there are no routes to read', async () => {
    const options = new SessionOptions({ store: new MemorySessionStore() });
    const reader = { read: () => Promise.resolve(null) } as unknown as AccessCatalogueReader;
    await new AccessCataloguePublisher(reader, writer, options).onApplicationBootstrap();
    await aBeat();
    expect(writer.calls).toEqual([]);
  });

  it('publishes nothing when it is told not to', async () => {
    publisher = publisherWith({ publishAccess: false });
    await publisher.onApplicationBootstrap();
    await aBeat();
    expect(writer.calls).toEqual([]);
  });
});
