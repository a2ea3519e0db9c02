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
import { eachRow } from '../../../../tools/testing/each-row.js';
import { allows } from './test-support/allows.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import type { AccessCatalogue } from './access-catalogue.js';
import { AccessMatcher, isSupported } from './access-matcher.js';
import { answeringOver, controllerOf, RoutedApp } from './test-support/routed-app.js';
import { sessionWith } from './test-support/session-with.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const;

/** Non-canonical paths. They are rejected, although a service may answer them. */
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

/** The same paths in another letter case, which Express ignores. */
const ODD_CASE = ['/ITEMS', '/Items/one', '/items/ONE', '/items/Special', '/REPORTS/2026.JSON'];

const SPLAT = { Express: '*rest', Fastify: '*' };

interface Scenario {
  readonly metadata: ModuleMetadata;
  readonly prepare?: (app: INestApplication) => unknown;
  readonly paths: readonly string[];
  readonly headers?: readonly Record<string, string>[];
}

type Adapter = keyof typeof SPLAT;

/** Routes that overlap in every way that both routers support. */
function overlapping(adapter: Adapter): Scenario {
  const splat = SPLAT[adapter];
  const optional = adapter === 'Express' ? 'optional/:a{/:b}' : 'optional/:a/:b?';
  const controllers = [
    controllerOf('', { root: Get() }),
    controllerOf('items', {
      list: Get(),
      create: Post(),
      parameter: Get(':id'),
      // After the route with the parameter: Express never reaches this route.
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
      // Fastify has already added a HEAD route for the GET route, and rejects a second HEAD route.
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

/** The same routes in the order that Nest's `specificity` strategy gives to Express. */
function sorted(adapter: Adapter): Scenario {
  const prepare = (app: INestApplication) => {
    app.get(ApplicationConfig, { strict: false }).setRouteResolutionStrategy('specificity');
  };
  return { ...overlapping(adapter), prepare };
}

/** A catch-all route with routes before and after it. */
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

/** A global prefix with exceptions, versions in the path, and modules under their own paths. */
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

/** One path with several handlers, which a header selects. */
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

/** Unsupported patterns among routes that would also match their requests. */
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

describe.each(httpAdapters)('AccessMatcher on %s', (adapter, makeAdapter) => {
  let service: RoutedApp;
  let matcher: AccessMatcher;
  let handlers: string[];

  const { stackTraceLimit } = Error;

  beforeAll(() => {
    // Most responses are errors, and capturing their stacks costs more than the rest.
    Error.stackTraceLimit = 0;
  });
  afterEach(() => service.stop());
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  async function start({ metadata, prepare }: Scenario): Promise<void> {
    service = await RoutedApp.start(makeAdapter, metadata, prepare);
    matcher = new AccessMatcher(service.catalogue);
    handlers = service.catalogue.routes.flatMap(({ anyOf }) => anyOf);
  }

  /** Returns whether the matcher requires the role of the handler that answers. */
  const isNoLaxer = (found: ReturnType<AccessMatcher['find']>, answering: string | null) =>
    found === null ||
    found === 'unclear' ||
    answering === null ||
    !allows(found, sessionWith(...handlers.filter((it) => it !== answering)));

  it.each(scenarios)('requires the role of the handler that runs, with %s', async (_, make) => {
    const scenario = make(adapter as Adapter);
    await start(scenario);
    const { paths, headers = [{}] } = scenario;

    const routed = METHODS.flatMap((method) => paths.map((path) => ({ method, path })));
    await eachRow(routed, async ({ method, path }) => {
      const found = matcher.find(method, path);
      const answers = await Promise.all(headers.map((it) => service.answering(method, path, it)));
      const answering = [...new Set(answers.filter((it) => it !== null))];
      const match = found === 'unclear' ? null : found;
      const isEqual =
        answering.length === 0
          ? match === null
          : match !== null && allows(match, sessionWith(...answering));
      const areNoLaxer = answering.every((it) => isNoLaxer(found, it));
      const isRefused = found === 'unclear' && !isEveryRouteSupported(service.catalogue);
      const verdict = areNoLaxer && (isEqual || isRefused || headers.length > 1);
      if (!verdict)
        throw new Error(`${answering.join()} answers, and the matcher asks for another`);
    });

    const upper = paths.map((it) => it.toUpperCase());
    const odd = METHODS.flatMap((method) =>
      [...NOT_CANONICAL, ...ODD_CASE, ...upper].map((path) => ({ method, path })),
    );
    await eachRow(odd, async ({ method, path }) => {
      const answering = await service.answering(method, path);
      if (isNoLaxer(matcher.find(method, path), answering)) return;
      throw new Error(`${answering} answers, and the matcher is laxer`);
    });

    const taken = METHODS.flatMap((method) =>
      NOT_CANONICAL.filter((path) => matcher.find(method, path) !== null),
    );
    expect(taken).toEqual([]);
  });

  it('never requires less for a non-canonical target over a connection', async () => {
    await start(overlapping(adapter as Adapter));
    const url = await service.listen();
    const odd = METHODS.flatMap((method) =>
      [...NOT_CANONICAL, ...ODD_CASE].map((path) => ({ method, path })),
    );
    await eachRow(odd, async ({ method, path }) => {
      const answering = await answeringOver(url, method, path);
      if (isNoLaxer(matcher.find(method, path), answering)) return;
      throw new Error(`${answering} answers, and the matcher is laxer`);
    });
  });
});

function isEveryRouteSupported(catalogue: AccessCatalogue): boolean {
  return catalogue.routes.every((it) => isSupported(it, catalogue));
}
