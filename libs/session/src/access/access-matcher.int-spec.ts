import {
  All,
  Delete,
  Get,
  Head,
  type INestApplication,
  Module,
  type ModuleMetadata,
  Options,
  Post,
  Put,
  RequestMethod,
  Sse,
  type Type,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { ApplicationConfig, RouterModule } from '@nestjs/core';
import { httpAdapters } from '../testing/http-adapters';
import type { AccessCatalogue, AccessRoute } from './access-catalogue';
import { AccessMatcher, isSupported } from './access-matcher';
import { controllerOf, RoutedApp, sessionWith } from './testing/routed-app';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const;

/** Paths that a service may well answer, and that are refused all the same. */
const NOT_CANONICAL = [
  '//',
  '/items//',
  '//items',
  '/items/',
  '/items/1/',
  '/items/./1',
  '/items/../items/1',
  '/items/%2e%2e/items',
  '/items/a%2Fb',
  '/items/a%5Cb',
  '/items/%00',
  '/items/a%25b',
  '/items/%6fne',
  '/items/%6Fne',
  '/items/a%2eb',
  '/items/a;b',
  '/items/a%3Bb',
  '/items;a/1',
  '/items/%c3%a9',
  '/items/%FF',
  '/items/%zz',
  '/items/%',
  '/items/a\\b',
  '/items/1#fragment',
  'http://127.0.0.1/items/1',
];

/** The same in other letters: Express ignores case. */
const ODD_CASE = ['/ITEMS', '/Items/one', '/items/ONE', '/items/Special', '/REPORTS/2026.JSON'];

const SPLAT = { Express: '*rest', Fastify: '*' };

interface Scenario {
  readonly metadata: ModuleMetadata;
  readonly prepare?: (app: INestApplication) => unknown;
  readonly paths: readonly string[];
  readonly headers?: readonly Record<string, string>[];
}

type Adapter = keyof typeof SPLAT;

/** Routes that overlap in every way that both routers know. */
function overlapping(adapter: Adapter): Scenario {
  const splat = SPLAT[adapter];
  const optional = adapter === 'Express' ? 'optional/:a{/:b}' : 'optional/:a/:b?';
  const controllers = [
    controllerOf('', { root: Get() }),
    controllerOf('items', {
      list: Get(),
      create: Post(),
      parameter: Get(':id'),
      // After the one with the parameter: Express never comes here.
      special: Get('special'),
      replace: Put('special'),
      head: Head('one'),
      one: Get('one'),
      several: Get(['two', 'three/:x']),
      deep: Get(':id/parts/:part'),
      parts: Get('special/parts'),
      partOne: Delete(':id/parts/one'),
      under: Get(`files/${splat}`),
      file: Get('files/readme'),
      sub: Get('files/:name/raw'),
      events: Sse('events/all'),
      ask: Options('asked'),
    }),
    controllerOf(['either', 'or'], {
      both: Get('x'),
      any: All('y'),
      getFirst: Get('head'),
      // Fastify has made a HEAD route of the other by now, and refuses a second.
      ...(adapter === 'Express' ? { headSecond: Head('head') } : {}),
    }),
    controllerOf('reports', {
      json: Get(':name.json'),
      version: Get('v:version'),
      plain: Get(':name'),
      draft: Get('draft-:id/open'),
      open: Get(':id/open'),
    }),
    controllerOf('', {
      maybe: Get(optional),
      wide: Get('wide/:long'),
      wider: Get(`wide/${splat}`),
    }),
    controllerOf('last', { closing: All(splat), never: Get('last') }),
  ];
  const paths = [
    ...['/', '/?a=b', '/items', '/items?x=/../y', '/items/1', '/items/special', '/items/one'],
    ...['/items/two', '/items/three/4', '/items/three', '/items/1/parts/2', '/items/1/parts/one'],
    ...['/items/special/parts', '/items/special/parts/one', '/items/files', '/items/files/readme'],
    ...['/items/files/a/raw', '/items/files/a/b/c', '/items/files/readme/raw', '/items/events/all'],
    ...[
      '/items/events',
      '/items/asked',
      '/either/x',
      '/or/x',
      '/either/y',
      '/or/y',
      '/or/head',
      '/nor/y',
    ],
    ...['/reports/a.json', '/reports/v1', '/reports/v1.json', '/reports/v', '/reports/.json'],
    ...['/reports/plain', '/reports/draft-1/open', '/reports/draft/open', '/reports/draft-/open'],
    ...['/reports/a.b.json', '/optional', '/optional/1', '/optional/1/2', '/optional/1/2/3'],
    ...[`/wide/${'l'.repeat(100)}`, `/wide/${'l'.repeat(101)}`, `/wide/${'%C3%A9'.repeat(51)}`],
    ...[`/wide/${'%C3%A9'.repeat(101)}`, '/wide', '/wide/a/b', '/last', '/last/last', '/last/a/b'],
    ...['/items/a%20b', '/items/%C3%A9', '/items/a%40b', '/items/a:b', '/items/a%3Fb', '/items/~a'],
    ...[
      '/unknown',
      '/item',
      '/itemss',
      '/items/one/more',
      '/items/%2A',
      '/last/%2A',
      '/*',
      '/:id',
      '/items/:id',
    ],
  ];
  return { metadata: { controllers }, paths };
}

/** The same in the order that Nest gives to Express where it is asked to. */
function sorted(adapter: Adapter): Scenario {
  const prepare = (app: INestApplication) => {
    app.get(ApplicationConfig, { strict: false }).setRouteResolutionStrategy('specificity');
  };
  return { ...overlapping(adapter), prepare };
}

/** A catch-all before everything else, and one behind. */
function catchAll(adapter: Adapter): Scenario {
  const every = adapter === 'Express' ? '{*rest}' : '*';
  return {
    metadata: {
      controllers: [
        controllerOf('a', { a: Get(), ab: Get('b') }),
        controllerOf('', { rest: Get(every), post: Post(every), one: Get(':one'), b: Get('b') }),
        controllerOf('c', { c: All(), cd: Get('d') }),
      ],
    },
    paths: ['/', '/a', '/a/b', '/a/b/c', '/b', '/c', '/c/d', '/d/e/f', '/aa', '/a/bb'],
  };
}

/** A global prefix with exceptions, versions in the path, and modules under paths of their own. */
function prefixed(): Scenario {
  class Inherited extends controllerOf('base', { inherited: Get('inherited') }) {}
  Reflect.defineMetadata('path', 'derived', Inherited);
  const shared = controllerOf('shared', { shared: Get(), id: Get(':id') });
  const modules: Type[] = [];
  const moduleOf = (metadata: ModuleMetadata): Type => {
    // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module needs no members
    const part = class {};
    Module(metadata)(part);
    modules.push(part);
    return part;
  };
  const inner = moduleOf({ controllers: [controllerOf('inner', { inner: Get() }), shared] });
  const outer = moduleOf({ controllers: [controllerOf('outer', { outer: Get(':x') }), shared] });
  return {
    metadata: {
      imports: [
        ...modules,
        RouterModule.register([
          { path: 'shop', module: outer, children: [{ path: 'back', module: inner }] },
        ]),
      ],
      controllers: [
        controllerOf('health', { live: Get('live'), ready: Get('ready') }),
        controllerOf({ path: 'cats', version: '1' }, { cats: Get(), cat: Get(':id') }),
        controllerOf(
          { path: 'cats', version: ['2', VERSION_NEUTRAL] },
          { cats2: Get(), named: [Get('named'), Version('3')] },
        ),
        controllerOf({ path: 'any', version: VERSION_NEUTRAL }, { any: Get() }),
        Inherited,
      ],
    },
    prepare: (app) => {
      app.setGlobalPrefix('api', {
        exclude: ['health/live', { path: 'health/ready', method: RequestMethod.POST }],
      });
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    },
    paths: [
      ...['/health/live', '/api/health/live', '/v1/health/live', '/api/v1/health/live'],
      ...['/api/v1/health/ready', '/health/ready', '/api/v1/cats', '/api/v2/cats', '/api/cats'],
      ...['/api/v3/cats', '/api/v1/cats/named', '/api/v2/cats/named', '/api/v3/cats/named'],
      ...['/api/any', '/api/v1/any', '/any', '/cats', '/api', '/api/v1/derived/inherited'],
      ...['/api/v1/base/inherited', '/api/v1/shop/outer/1', '/api/v1/shop/back/inner'],
      ...['/api/v1/shop/shared', '/api/v1/shop/back/shared/2', '/api/v1/shop/inner'],
      ...['/v1/api/shop/outer/1', '/api/shop/outer/1', '/shop/outer/1'],
    ],
  };
}

/** One path, several handlers: which of them runs is in a header. */
function versioned(adapter: Adapter): Scenario {
  return {
    metadata: {
      controllers: [
        controllerOf({ path: 'cats', version: '1' }, { one: Get(), oneId: Get(':id') }),
        controllerOf({ path: 'cats', version: ['2', '3'] }, { two: Get(), twoFixed: Get('fixed') }),
        controllerOf('cats', { none: Get(), noneFixed: [Get('fixed'), Version('9')] }),
        controllerOf('dogs', { dog: Get(':id'), dog2: [Get('rex'), Version('2')] }),
        controllerOf('', {
          root2: [Get(), Version('2')],
          every: Get(adapter === 'Express' ? '{*rest}' : '*'),
          word1: [Get(':word'), Version('1')],
        }),
        controllerOf('birds', { bird: Get(), bird2: [Get(), Version('2')] }),
      ],
    },
    prepare: (app) => {
      app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
    },
    paths: [
      '/cats',
      '/cats/1',
      '/cats/fixed',
      '/dogs',
      '/dogs/rex',
      '/dogs/max',
      '/birds',
      '/',
      '/word',
    ],
    headers: [
      {},
      { 'x-version': '1' },
      { 'x-version': '2' },
      { 'x-version': '3' },
      { 'x-version': '9' },
    ],
  };
}

/** Patterns that are not understood, among others that would take their requests. */
function unsupported(adapter: Adapter): Scenario {
  const routes: Record<string, MethodDecorator> =
    adapter === 'Express'
      ? {
          two: Get(':from-:to'),
          loose: Get(':any'),
          middle: Get('a/*rest/z'),
          deep: Get('a/b/c'),
          glued: Get('pre*rest'),
          more: Get('prefix/x'),
          before: Get('known'),
          marked: Get('x\\!y/a\\!b'),
          unmarked: Get('x\\!y/:any'),
        }
      : {
          two: Get(':from-:to'),
          loose: Get(':any'),
          digits: Get('n/:id(\\d+)'),
          word: Get('n/:word'),
          nested: Get('m/:file(^\\w+).txt/x'),
          fixed: Get('m/:file/x'),
          before: Get('o/known'),
          marked: Get('x!y/a!b'),
          unmarked: Get('x!y/:any'),
          colon: Get('q/a::b'),
          notColon: Get('q/:any'),
        };
  return {
    metadata: { controllers: [controllerOf('known', { first: Get() }), controllerOf('', routes)] },
    paths: [
      ...['/known', '/a-b', '/ab', '/a/b/c', '/a/b/z', '/a/q/r/z', '/prefix', '/prefix/x'],
      ...['/n/1', '/n/x', '/m/a.txt/x', '/m/a/x', '/o/known'],
      ...['/x!y/a!b', '/x!y/a%21b', '/x%21y/a%21b', '/x!y/c', '/q/a:b', '/q/a%3Ab', '/q/c'],
    ],
  };
}

const scenarios: [name: string, make: (adapter: Adapter) => Scenario][] = [
  ['routes that overlap', overlapping],
  ['routes in the order of their specificity', sorted],
  ['routes behind a catch-all', catchAll],
  ['a prefix, versions in the path and nested modules', prefixed],
  ['versions in a header', versioned],
  ['patterns that are not understood', unsupported],
];

describe.each(httpAdapters)('on %s', (adapter, makeAdapter) => {
  describe.each(scenarios)('with %s', (_, makeScenario) => {
    const { metadata, prepare, paths, headers = [{}] } = makeScenario(adapter as Adapter);
    let service: RoutedApp;
    let matcher: AccessMatcher;
    let handlers: string[];

    beforeAll(async () => {
      service = await RoutedApp.start(makeAdapter, metadata, prepare);
      matcher = new AccessMatcher(service.catalogue);
      handlers = service.catalogue.routes.flatMap(({ anyOf }) => anyOf);
    });
    afterAll(() => service.stop());

    /** Whether the matcher asks for what the handler that answers asks for. */
    const isNoLaxer = (found: ReturnType<AccessMatcher['find']>, answering: string | null) =>
      found === null ||
      found === 'unclear' ||
      answering === null ||
      !found.allows(sessionWith(...handlers.filter((it) => it !== answering)));

    it.each(METHODS)('%s asks for what the handler asks for that runs', async (method) => {
      for (const path of paths) {
        const found = matcher.find(method, path);
        const answers = await Promise.all(headers.map((it) => service.answering(method, path, it)));
        const answering = [...new Set(answers.filter((it) => it !== null))];
        const match = found === 'unclear' ? null : found;
        const isEqual =
          answering.length === 0
            ? match === null
            : match?.allows(sessionWith(...answering)) === true;
        const areNoLaxer = answering.every((it) => isNoLaxer(found, it));
        const isRefused = found === 'unclear' && !isEveryRouteSupported(service.catalogue);
        const verdict = areNoLaxer && (isEqual || isRefused || headers.length > 1);
        expect([method, path, answering, verdict]).toEqual([method, path, answering, true]);
      }
    });

    it('is never laxer for what is not canonical, or in other letters', async () => {
      const upper = paths.map((it) => it.toUpperCase());
      for (const method of METHODS) {
        for (const path of [...NOT_CANONICAL, ...ODD_CASE, ...upper]) {
          const found = matcher.find(method, path);
          const answering = await service.answering(method, path);
          const verdict = isNoLaxer(found, answering);
          expect([method, path, answering, verdict]).toEqual([method, path, answering, true]);
        }
      }
    });

    it.each(NOT_CANONICAL)('refuses %s', (path) => {
      for (const method of METHODS) expect(matcher.find(method, path)).toBeNull();
    });
  });
});

function isEveryRouteSupported(catalogue: AccessCatalogue): boolean {
  return catalogue.routes.every((it) => isSupported(it, catalogue));
}

const route = (path: string, anyOf: string[] = [], more: Partial<AccessRoute> = {}) => ({
  method: 'GET',
  path,
  anyOf,
  isPublic: false,
  isFresh: false,
  isConditional: false,
  ...more,
});

const catalogueOf = (
  routes: readonly AccessRoute[],
  more: Partial<AccessCatalogue> = {},
): AccessCatalogue => ({ service: 'sample', router: 'express', routes, ...more });

function matchOf(matcher: AccessMatcher, method: string, path: string) {
  const found = matcher.find(method, path);
  if (found === null || found === 'unclear') throw new Error(`${path} is refused: ${found}`);
  return found;
}

describe('a match', () => {
  it('asks for the role of the service and for one of the route', () => {
    const catalogue = catalogueOf([route('/a', ['x', 'y'])], { requiredRole: 'sample' });
    const match = matchOf(new AccessMatcher(catalogue), 'GET', '/a');
    expect(match.allows(sessionWith('sample', 'x'))).toBe(true);
    expect(match.allows(sessionWith('sample', 'y'))).toBe(true);
    expect(match.allows(sessionWith('sample'))).toBe(false);
    expect(match.allows(sessionWith('x', 'y'))).toBe(false);
  });

  it('is open to everybody who has a session where no role is named', () => {
    const match = matchOf(new AccessMatcher(catalogueOf([route('/a')])), 'GET', '/a');
    expect([match.isPublic, match.allows(sessionWith())]).toEqual([false, true]);
  });

  it('asks for no role of the service on a public route', () => {
    const catalogue = catalogueOf([route('/a', [], { isPublic: true })], { requiredRole: 'x' });
    const match = matchOf(new AccessMatcher(catalogue), 'GET', '/a');
    expect([match.isPublic, match.allows(sessionWith())]).toEqual([true, true]);
  });

  it('asks for all that the handlers ask for among which a header chooses', () => {
    const conditional = { isConditional: true, version: ['1'] };
    const matcher = new AccessMatcher(
      catalogueOf([
        route('/a', ['x'], conditional),
        route('/a', [], { isPublic: true, isConditional: true }),
        route('/a', [], { isConditional: true, isFresh: true, maxAge: 300_000 }),
        route('/a', ['y'], { isFresh: true, maxAge: 600_000 }),
        route('/a', ['never'], {}),
      ]),
    );
    const match = matchOf(matcher, 'GET', '/a');
    expect([match.isPublic, match.isFresh, match.maxAge]).toEqual([false, true, 300_000]);
    expect(match.allows(sessionWith('x'))).toBe(false);
    expect(match.allows(sessionWith('y'))).toBe(false);
    expect(match.allows(sessionWith('x', 'y'))).toBe(true);
  });

  it('is public only where all of those are', () => {
    const open = { isPublic: true };
    const both = [route('/a', [], { ...open, isConditional: true }), route('/a', [], open)];
    expect(matchOf(new AccessMatcher(catalogueOf(both)), 'GET', '/a').isPublic).toBe(true);
  });
});

describe('methods', () => {
  const matcher = new AccessMatcher(catalogueOf([route('/a'), route('/b', [], { method: 'ALL' })]));

  it.each(['get', 'ALL', 'Get', '', 'NONE', 'GET '])('%j is none', (method) => {
    expect(matcher.find(method, '/a')).toBeNull();
    expect(matcher.find(method, '/b')).toBeNull();
  });

  it('HEAD is served where GET is, OPTIONS is not', () => {
    expect(matcher.find('HEAD', '/a')).not.toBeNull();
    expect(matcher.find('OPTIONS', '/a')).toBeNull();
    expect(matcher.find('OPTIONS', '/b')).not.toBeNull();
  });
});

describe('letters', () => {
  it('in another case are refused, so that Express runs no other route than was asked about', () => {
    const routes = [route('/Users', ['admin']), route('/users', [], { isPublic: true })];
    const matcher = new AccessMatcher(catalogueOf(routes));
    expect(matcher.find('GET', '/users')).toBe('unclear');
    expect(matchOf(matcher, 'GET', '/Users').isPublic).toBe(false);
  });
});

describe('the cost of a look-up', () => {
  const kinds: [kind: string, pathOf: (n: number) => string][] = [
    ['texts', (n) => `/items/kind-${n}/more`],
    ['parameters', (n) => `/items/:id/part-${n}`],
    ['texts before a parameter', (n) => `/items/${String(n).padStart(6, 'p')}:id`],
    ['texts behind a parameter', (n) => `/items/:id.${String(n).padStart(6, 's')}`],
    ['wildcards', (n) => `/${n}/*rest`],
    ['patterns that are not understood', (n) => `/items/${n}/:a-:b`],
    ['one pattern again and again', () => '/items/:id/:other'],
  ];
  const asked = ['/items/1', '/items/kind-7/more', '/items/1/part-7', '/items/pppppp7x', '/7/x/y'];

  it.each(kinds)('does not grow with the number of routes: %s', (_, pathOf) => {
    const visits = [10, 10_000].map((count) => {
      const routes = Array.from({ length: count }, (__, n) => route(pathOf(n)));
      const matcher = new AccessMatcher(catalogueOf([route('/items/:id'), ...routes]));
      for (const path of asked) matcher.find('GET', path);
      return matcher.visits;
    });
    expect(visits[0]).toBeGreaterThan(0);
    expect(visits[1]).toBe(visits[0]);
  });
});
