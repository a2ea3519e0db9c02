import { Logger } from '@nestjs/common';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import {
  type AccessCatalogue,
  digestOfCatalogue,
  encodeAccessCatalogue,
} from './access-catalogue.js';
import { InstanceReporter } from './instance-reporter.js';
import { SAMPLE_REPORT } from './test-support/sample-report.js';
import { AccessCataloguePublisher } from './access-catalogue.publisher.js';
import type { AccessCatalogueReader } from './access-catalogue.reader.js';
import type { AccessCatalogueWriter, PublishedState } from './access-catalogue.writer.js';

const CATALOGUE: AccessCatalogue = { service: 'orders', router: 'express', routes: [] };

/** Records its calls, and can be unavailable or have lost everything. */
class SampleWriter implements AccessCatalogueWriter {
  readonly calls: string[] = [];
  isAway = false;
  isEmpty = false;
  /** Catalogue that another process published instead. */
  other: AccessCatalogue | null = null;
  #published: AccessCatalogue | null = null;

  publish(catalogue: AccessCatalogue): Promise<void> {
    const { service } = catalogue;
    this.isEmpty &&= this.isAway;
    if (!this.isAway) [this.#published, this.other] = [catalogue, null];
    return this.#answer(`publish ${service}`, undefined);
  }

  keepAlive(service: string): Promise<PublishedState | null> {
    const found = this.isEmpty ? null : (this.other ?? this.#published);
    const state = found && {
      digest: digestOfCatalogue(encodeAccessCatalogue(found)),
      version: found.version,
    };
    return this.#answer(`keep ${service}`, state);
  }

  #answer<T>(call: string, answer: T): Promise<T> {
    this.calls.push(call);
    return this.isAway
      ? Promise.reject(new SessionStoreUnavailableError())
      : Promise.resolve(answer);
  }
}

const reporter = new InstanceReporter(() => SAMPLE_REPORT);

describe('a service', () => {
  let writer: SampleWriter;
  let publisher: AccessCataloguePublisher;
  let errors: jest.SpyInstance;

  const publisherWith = (catalogue: AccessCatalogue = CATALOGUE) =>
    new AccessCataloguePublisher(
      { read: () => Promise.resolve(catalogue) } as unknown as AccessCatalogueReader,
      writer,
      reporter,
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

  /** Advances time by the longest interval between two heartbeats, which is shorter than two intervals. */
  const aBeat = () => jest.advanceTimersByTimeAsync(5_500);

  it('publishes its routes once, then sends heartbeats', async () => {
    await publisher.onApplicationBootstrap();
    await aBeat();
    expect(writer.calls).toEqual(['publish orders', 'keep orders']);
    await aBeat();
    expect(writer.calls).toEqual(['publish orders', 'keep orders', 'keep orders']);
  });

  it('publishes lost routes again', async () => {
    await publisher.onApplicationBootstrap();
    writer.isEmpty = true;
    await aBeat();
    expect(writer.calls).toEqual(['publish orders', 'keep orders', 'publish orders']);
    await aBeat();
    expect(writer.calls.slice(3)).toEqual(['keep orders']);
  });

  describe('when other routes are published under its name', () => {
    let warnings: jest.SpyInstance;
    const own = { ...CATALOGUE, version: '2.0' };
    const others = { ...own, requiredRole: 'anybody' };

    beforeEach(() => {
      warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    });

    async function published(mine: AccessCatalogue, other: AccessCatalogue): Promise<string[]> {
      publisher = publisherWith(mine);
      await publisher.onApplicationBootstrap();
      writer.other = other;
      await aBeat();
      await aBeat();
      await aBeat();
      return writer.calls.filter((call) => call.startsWith('publish'));
    }

    it.each<[what: string, other: AccessCatalogue]>([
      ['of the same release', others],
      ['of no release', { ...CATALOGUE, requiredRole: 'anybody' }],
    ])('replaces routes %s, and logs one error', async (_, other) => {
      expect(await published(own, other)).toHaveLength(2);
      expect(errors).toHaveBeenCalledTimes(1);
      expect(errors).toHaveBeenCalledWith(
        expect.stringContaining('differ from the routes of this release'),
      );
    });

    it('keeps routes of another release, and warns once', async () => {
      expect(await published(own, { ...others, version: '2.1' })).toHaveLength(1);
      expect(errors).not.toHaveBeenCalled();
      expect(warnings).toHaveBeenCalledTimes(1);
      expect(warnings).toHaveBeenCalledWith(expect.stringContaining('release 2.1'));
    });

    it('keeps the routes and recommends the release option when its own release is unknown', async () => {
      expect(await published(CATALOGUE, others)).toHaveLength(1);
      expect(warnings).toHaveBeenCalledTimes(1);
      expect(warnings).toHaveBeenCalledWith(expect.stringContaining("option 'release'"));
    });
  });

  it('retries every second while the store is unavailable, and logs each outage once', async () => {
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

  it('sends no heartbeat after shutdown', async () => {
    await publisher.onApplicationBootstrap();
    await publisher.beforeApplicationShutdown();
    await aBeat();
    await aBeat();
    expect(writer.calls).toEqual(['publish orders']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('starts even if its routes cannot be read', async () => {
    const read = () => Promise.reject(new Error('unreadable'));
    const reader = { read } as unknown as AccessCatalogueReader;
    await new AccessCataloguePublisher(reader, writer, reporter).onApplicationBootstrap();
    expect(errors).toHaveBeenCalledWith(expect.stringContaining('unreadable'));
    expect(writer.calls).toEqual([]);
  });

  it('publishes nothing when there are no routes to read', async () => {
    const reader = { read: () => Promise.resolve(null) } as unknown as AccessCatalogueReader;
    await new AccessCataloguePublisher(reader, writer, reporter).onApplicationBootstrap();
    await aBeat();
    expect(writer.calls).toEqual([]);
  });
});
