import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { AccessCatalogue, AccessRoute } from './access-catalogue.js';
import { AccessCatalogueStore, type PublishedCatalogue } from './access-catalogue.store.js';
import { SessionAuthorizer } from '../roles/session-authorizer.js';
import { AccessDirectory, type AccessLookUp } from './access-directory.js';
import {
  type SessionAccessDirectoryOptions,
  AccessDirectoryOptions,
} from './session-access-directory.options.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { sessionWith } from './test-support/session-with.js';

const route = (path: string, more: Partial<AccessRoute> = {}): AccessRoute => ({
  method: 'GET',
  path,
  isConditional: false,
  isPublic: false,
  anyOf: [],
  isFresh: false,
  ...more,
});

/** In-memory catalogues, which can be unavailable. */
class SampleStore extends AccessCatalogueStore {
  readonly published = new Map<string, PublishedCatalogue>();
  isAway = false;
  finds = 0;

  put(service: string, routes: AccessRoute[], more: Partial<AccessCatalogue> = {}, age = 0): void {
    const at = Date.now() - age;
    const catalogue: AccessCatalogue = { service, router: 'express', routes, ...more };
    this.published.set(service, { catalogue, publishedAt: at, seenAt: at });
  }

  find(service: string): Promise<PublishedCatalogue | null> {
    this.finds += 1;
    if (this.isAway) return Promise.reject(new SessionStoreUnavailableError());
    return Promise.resolve(this.published.get(service) ?? null);
  }
}

describe('AccessDirectory', () => {
  let store: SampleStore;
  let directory: AccessDirectory;

  const directoryWith = (options: Partial<SessionAccessDirectoryOptions> = {}) =>
    new AccessDirectory(
      store,
      new AccessDirectoryOptions({ services: ['orders', 'products'], ...options }),
      new SessionAuthorizer(),
    );

  beforeEach(() => {
    jest.useFakeTimers();
    store = new SampleStore();
    store.put(
      'orders',
      [route('/orders', { anyOf: ['x'] }), route('/health', { isPublic: true })],
      {
        requiredRole: 'orders',
      },
    );
    store.put('products', [route('/products', { isFresh: true }), route('/health')]);
    directory = directoryWith();
    directory.onApplicationBootstrap();
  });
  afterEach(async () => {
    await directory.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const lookUp = (path: string, more: Partial<AccessLookUp> = {}) =>
    directory.lookUp({ method: 'GET', path, ...more });

  it('requires the strictest of all routes that a header selects from', async () => {
    store.put('orders', [
      route('/either', { anyOf: ['x'], isConditional: true }),
      route('/either', { anyOf: ['y'], isConditional: true, isFresh: true, maxAge: 1 }),
      route('/either', { isPublic: true }),
    ]);
    const found = await lookUp('/either');
    if (typeof found === 'string') throw new Error(found);
    const authenticatedAt = Date.now() - 60_000;
    const decide = (...roles: string[]) =>
      found.authorize(sampleSession({ roles, authenticatedAt }), { headers: {} });

    expect(decide('x')).toBe('role-required');
    expect(decide('y')).toBe('role-required');
    expect(decide('x', 'y')).toBe('reauthentication-required');
    expect(decide()).toBe('role-required');
  });

  it('returns the service and the requirements of a route', async () => {
    const found = await lookUp('/orders');
    if (typeof found === 'string') throw new Error(found);
    expect(found).toMatchObject({ service: 'orders', isPublic: false, skipsCache: false });
    const decide = (...roles: string[]) => found.authorize(sessionWith(...roles), { headers: {} });
    expect(decide('orders', 'x')).toBe('authorized');
    expect(decide('orders')).toBe('role-required');
    expect(decide('x')).toBe('role-required');
    expect(await lookUp('/products')).toMatchObject({ service: 'products', skipsCache: true });
  });

  it('does not find a route that no service has', async () => {
    expect(await lookUp('/none')).toBe('unknown');
    expect(await lookUp('/orders', { method: 'POST' })).toBe('unknown');
    expect(await lookUp('/products', { service: 'orders' })).toBe('unknown');
  });

  it('finds a route of two services only when the service is named', async () => {
    expect(await lookUp('/health')).toBe('unknown');
    expect(await lookUp('/health', { service: 'orders' })).toMatchObject({ isPublic: true });
    expect(await lookUp('/health', { service: 'products' })).toMatchObject({ isPublic: false });
  });

  it('does not find a route that an unsupported pattern of another service may match', async () => {
    store.put('products', [route('/:a-:b')]);
    store.put('orders', [route('/a-b', { isPublic: true })]);
    expect(await lookUp('/a-b')).toBe('unknown');
    expect(await lookUp('/a-b', { service: 'orders' })).toMatchObject({ isPublic: true });
    expect(await lookUp('/a-b', { service: 'products' })).toBe('unknown');
  });

  it('ignores catalogues of services that are not configured', async () => {
    store.put('invented', [route('/invented', { isPublic: true })]);
    expect(await lookUp('/invented')).toBe('unknown');
    expect(await lookUp('/invented', { service: 'invented' })).toBe('unknown');
    expect((await directory.list()).map(({ service }) => service)).toEqual(['orders', 'products']);
  });

  it('rejects only the routes of a service that has not been seen recently', async () => {
    store.put('orders', [route('/orders', { isPublic: true })], {}, 30_001);
    expect(await lookUp('/orders')).toBe('stale');
    expect(await lookUp('/orders', { service: 'orders' })).toBe('stale');
    expect(await lookUp('/products')).toMatchObject({ service: 'products' });
    store.put('orders', [route('/orders', { isPublic: true })], {}, 20_000);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await lookUp('/orders')).toMatchObject({ service: 'orders' });
  });

  it('rejects look-ups that name no service while a catalogue is missing', async () => {
    store.published.delete('orders');
    expect(await lookUp('/products')).toBe('stale');
    expect(await lookUp('/orders')).toBe('stale');
    expect(await lookUp('/orders', { service: 'orders' })).toBe('stale');
    expect(await lookUp('/products', { service: 'products' })).toMatchObject({ skipsCache: true });
  });

  it('loads a new catalogue within two seconds, and reads nothing in between', async () => {
    await lookUp('/orders');
    const { finds } = store;
    store.put('orders', [route('/new')]);
    expect(await lookUp('/new')).toBe('unknown');
    expect(store.finds).toBe(finds);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await lookUp('/new')).toMatchObject({ service: 'orders' });
    expect(await lookUp('/orders')).toBe('unknown');
  });

  it('keeps answering for ten seconds while the store is unavailable, then fails, and recovers', async () => {
    await lookUp('/orders');
    store.isAway = true;
    await jest.advanceTimersByTimeAsync(9_000);
    expect(await lookUp('/orders')).toMatchObject({ service: 'orders' });
    await jest.advanceTimersByTimeAsync(1_001);
    await expect(lookUp('/orders')).rejects.toThrow(SessionStoreUnavailableError);
    await expect(directory.list()).rejects.toThrow(SessionStoreUnavailableError);
    store.isAway = false;
    expect(await lookUp('/orders')).toMatchObject({ service: 'orders' });
  });

  it('fails when the store is unavailable from the start', async () => {
    store.isAway = true;
    await expect(lookUp('/orders')).rejects.toThrow(SessionStoreUnavailableError);
  });

  it('reads the catalogues once for concurrent first look-ups', async () => {
    await Promise.all([lookUp('/orders'), lookUp('/products'), directory.list()]);
    expect(store.finds).toBe(2);
  });

  it('lists every configured service, and the routes that two of them share', async () => {
    store.put('orders', [route('/a/:id'), route('/:from-:to')], { version: '1.2.3' }, 90_001);
    store.put('products', [route('/a/:name')]);
    directory = directoryWith({ services: ['orders', 'products', 'absent'] });
    const [orders, products, absent] = await directory.list();
    expect(orders).toMatchObject({ service: 'orders', state: 'stale', release: '1.2.3' });
    expect(orders?.routes).toMatchObject([
      { path: '/a/:id', alsoIn: ['products'], isUnsupported: false },
      { path: '/:from-:to', alsoIn: [], isUnsupported: true },
    ]);
    expect(products).toMatchObject({ state: 'up', release: null, requiredRole: null });
    expect(absent).toEqual({
      service: 'absent',
      state: 'missing',
      release: null,
      router: null,
      requiredRole: null,
      publishedAt: null,
      seenAt: null,
      routes: [],
    });
  });
});

describe('the options of SessionAccessDirectoryModule', () => {
  it('have the documented defaults', () => {
    expect(new AccessDirectoryOptions({ services: ['a', 'b', 'a'] })).toEqual({
      services: ['a', 'b'],
      staleAfter: 30_000,
      refreshInterval: 2_000,
      maxAge: 10_000,
    });
  });

  it.each<[what: string, options: SessionAccessDirectoryOptions, message: RegExp]>([
    ['an invalid name', { services: ['a:b'] }, /services: 'a:b'/],
    ['no time', { services: [], staleAfter: 0 }, /staleAfter/],
    ['an age below the interval', { services: [], maxAge: '1s' }, /maxAge is shorter/],
  ])('reject %s', (_, options, message) => {
    expect(() => new AccessDirectoryOptions(options)).toThrow(SessionOptionsError);
    expect(() => new AccessDirectoryOptions(options)).toThrow(message);
  });
});
