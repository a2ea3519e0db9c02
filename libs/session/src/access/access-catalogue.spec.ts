import { eachRow } from '../../../../tools/testing/each-row.js';
import {
  type AccessCatalogue,
  decodeAccessCatalogue,
  encodeAccessCatalogue,
  MAX_CATALOGUE_LENGTH,
} from './access-catalogue.js';

const CATALOGUE: AccessCatalogue = {
  service: 'orders',
  version: '1.2.3',
  router: 'fastify',
  maxParamLength: 100,
  requiredRole: 'orders',
  routes: [
    {
      method: 'GET',
      path: '/orders/:id',
      version: ['1', '2'],
      isConditional: true,
      isPublic: false,
      anyOf: ['orders:read', 'admin'],
      isFresh: true,
      maxAge: 300_000,
    },
    {
      method: 'ALL',
      path: '/health',
      isConditional: false,
      isPublic: true,
      anyOf: [],
      isFresh: false,
    },
  ],
};

const [FIRST, SECOND] = CATALOGUE.routes;

const decodeWith = (changes: object) =>
  decodeAccessCatalogue('orders', JSON.stringify({ v: 1, ...CATALOGUE, ...changes }));

describe('an access catalogue', () => {
  it('is unchanged by encoding and decoding', () => {
    expect(decodeAccessCatalogue('orders', encodeAccessCatalogue(CATALOGUE))).toEqual(CATALOGUE);
  });

  it('needs neither a release nor a role', () => {
    const bare: AccessCatalogue = { service: 'orders', router: 'express', routes: [] };
    expect(decodeAccessCatalogue('orders', encodeAccessCatalogue(bare))).toEqual(bare);
  });

  it('is decoded without unknown members', () => {
    expect(decodeWith({ more: 'x', routes: [{ ...FIRST, more: 'x' }, SECOND] })).toEqual(CATALOGUE);
  });

  describe('that is too large for a reader', () => {
    const catalogueOf = (count: number, path: (n: number) => string, method = 'GET') => ({
      router: 'express',
      routes: Array.from({ length: count }, (_, n) => ({ ...SECOND, method, path: path(n) })),
    });
    const params = (count: number) => '/:a'.repeat(count);

    it('decodes to null with too many optional parts, segments or methods', () => {
      const optional = catalogueOf(950, (n) => `/${n}{/a}{/b}{/c}{/d}{/e}${params(300)}`);
      expect(decodeWith(optional)).toBeNull();
      expect(decodeWith(catalogueOf(2_000, () => params(340)))).toBeNull();
      const named = catalogueOf(100, (n) => `/${n}`).routes.map((route, n) => ({
        ...route,
        method: `X${'ABCDEFGHIJ'.charAt(n % 10)}${'ABCDEFGHIJ'.charAt(n / 10)}`,
      }));
      const all = catalogueOf(2_000, (n) => `/${n}`, 'ALL').routes;
      expect(decodeWith({ router: 'express', routes: [...named, ...all] })).toBeNull();
      expect(decodeWith({ router: 'express', routes: named })).not.toBeNull();
    });

    it('cannot be published', () => {
      const catalogue = { ...CATALOGUE, ...catalogueOf(2_000, () => params(340)) };
      expect(() => encodeAccessCatalogue(catalogue as AccessCatalogue)).toThrow(RangeError);
    });

    it('has more than 7,000 typical routes', () => {
      expect(decodeWith(catalogueOf(7_000, (n) => `/v1/${n}/:id/items/:item`))).not.toBeNull();
    });
  });

  const invalid: [what: string, changes: object][] = [
    ['another version', { v: 2 }],
    ['no version', { v: undefined }],
    ['another service', { service: 'products' }],
    ['a router that is not known', { router: 'koa' }],
    ['an empty role', { requiredRole: '' }],
    ['a role that is no text', { requiredRole: ['orders'] }],
    ['an endless role', { requiredRole: 'x'.repeat(257) }],
    ['a release that is no text', { version: 1 }],
    ['an invalid length', { maxParamLength: -1 }],
    ['routes that are no list', { routes: {} }],
    ['an invalid route', { routes: [null] }],
    ['too many routes', { routes: Array.from({ length: 10_001 }, () => SECOND) }],
    ['a method in lower case', { routes: [{ ...FIRST, method: 'get' }] }],
    ['no method', { routes: [{ ...FIRST, method: undefined }] }],
    ['no path', { routes: [{ ...FIRST, path: undefined }] }],
    ['an endless path', { routes: [{ ...FIRST, path: `/${'x'.repeat(1_024)}` }] }],
    ['a version that is no list', { routes: [{ ...FIRST, version: '1' }] }],
    ['roles that are no list', { routes: [{ ...FIRST, anyOf: 'admin' }] }],
    ['roles that are no text', { routes: [{ ...FIRST, anyOf: [1] }] }],
    ['too many roles', { routes: [{ ...FIRST, anyOf: Array.from({ length: 65 }, String) }] }],
    ['no word on being public', { routes: [{ ...FIRST, isPublic: undefined }] }],
    ['a word for a switch', { routes: [{ ...FIRST, isPublic: 'no' }] }],
    ['no word on a condition', { routes: [{ ...FIRST, isConditional: undefined }] }],
    ['no word on freshness', { routes: [{ ...FIRST, isFresh: undefined }] }],
    ['an invalid age', { routes: [{ ...FIRST, maxAge: 0 }] }],
    ['an age of no number', { routes: [{ ...FIRST, maxAge: '5m' }] }],
    ['an age without freshness', { routes: [{ ...FIRST, isFresh: false }] }],
    ['a public route with roles', { routes: [{ ...FIRST, isPublic: true }] }],
  ];

  it('decodes to null with an invalid member', async () => {
    expect(decodeWith({})).toEqual(CATALOGUE);
    await eachRow(
      invalid,
      ([, changes]) => {
        expect(decodeWith(changes)).toBeNull();
      },
      ([what]) => what,
    );
  });

  it('decodes to null when the JSON is not an object', () =>
    eachRow(
      ['', '{', 'null', '[]', '"x"', '['.repeat(100_000)],
      (json) => {
        expect(decodeAccessCatalogue('orders', json)).toBeNull();
      },
      (json) => json.slice(0, 20),
    ));

  it('decodes to null when the JSON is too long', () => {
    const json = encodeAccessCatalogue(CATALOGUE);
    expect(decodeAccessCatalogue('orders', json.padEnd(MAX_CATALOGUE_LENGTH))).not.toBeNull();
    expect(decodeAccessCatalogue('orders', json.padEnd(MAX_CATALOGUE_LENGTH + 1))).toBeNull();
  });

  it('is not encoded when it has more routes than a reader accepts', () => {
    const routes = Array.from({ length: 10_001 }, () => CATALOGUE.routes.slice(1)).flat();
    expect(() => encodeAccessCatalogue({ ...CATALOGUE, routes })).toThrow(/'orders'.*10000 routes/);
  });
});
