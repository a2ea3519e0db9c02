import {
  All,
  type DynamicModule,
  Get,
  Module,
  type ModuleMetadata,
  Post,
  RequestMethod,
  Scope,
  Sse,
  type Type,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { SessionOptions } from '../options/session.options.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import { AccessRules } from '../roles/access-rules.js';
import { Public, PUBLIC_METADATA } from '../roles/public.decorator.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles, ROLES_METADATA } from '../roles/roles.decorator.js';
import { SkipCache } from '../roles/skip-cache.decorator.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { SessionAccessOptions } from './session-access.options.js';
import { AccessCatalogueReader } from './access-catalogue.reader.js';
import { controllerOf, RoutedApp } from './test-support/routed-app.js';

describe.each(httpAdapters)('the access catalogue read on %s', (adapter, makeAdapter) => {
  let service: RoutedApp | undefined;

  afterEach(() => service?.stop());

  async function routesOf(
    metadata: ModuleMetadata,
    prepare?: Parameters<typeof RoutedApp.start>[2],
  ): Promise<string[]> {
    service = await RoutedApp.start(makeAdapter, metadata, prepare);
    return service.catalogue.routes.map(
      ({ method, path, version, isConditional }) =>
        `${method} ${path}${version ? ` v${version.join()}` : ''}${isConditional ? ' ?' : ''}`,
    );
  }

  it('contains the service name, the release and the router', async () => {
    service = await RoutedApp.start(makeAdapter, {});
    expect(service.catalogue).toEqual({
      service: 'sample',
      version: '1.2.3',
      router: adapter.toLowerCase(),
      ...(adapter === 'Fastify' ? { maxParamLength: 100 } : {}),
      routes: [],
    });
  });

  it('lists the routes in order, including path arrays, ALL and SSE', async () => {
    const controller = controllerOf(['a', 'b'], {
      one: Get(),
      two: [Post(['x', 'y'])],
      three: All(':id'),
      four: Sse('events/stream'),
    });
    expect(await routesOf({ controllers: [controller] })).toEqual(
      ['/a', '/b'].flatMap((it) => [
        `GET ${it}`,
        `POST ${it}/x`,
        `POST ${it}/y`,
        `ALL ${it}/:id`,
        `GET ${it}/events/stream`,
      ]),
    );
  });

  it('includes the global prefix, except for excluded routes, and versions in the path', async () => {
    const controllers = [
      controllerOf('health', { live: Get('live'), ready: Get('ready') }),
      controllerOf(
        { path: 'cats', version: ['1', VERSION_NEUTRAL] },
        {
          cats: Get(),
          next: [Get('next'), Version('2')],
        },
      ),
    ];
    const routes = await routesOf({ controllers }, (app) => {
      app.setGlobalPrefix('/api', {
        exclude: ['health/live', { path: 'health/ready', method: RequestMethod.POST }],
      });
      app.enableVersioning({ type: VersioningType.URI, prefix: 'version-' });
    });
    expect(routes).toEqual([
      'GET /health/live',
      'GET /api/health/ready',
      'GET /api/version-1/cats',
      'GET /api/cats',
      'GET /api/version-2/cats/next',
    ]);
  });

  it('lists versions that are not in the path separately', async () => {
    const controllers = [
      controllerOf(
        { path: 'cats', version: ['1', '2'] },
        {
          cats: Get(),
          neutral: [Get(':id'), Version(VERSION_NEUTRAL)],
        },
      ),
    ];
    const routes = await routesOf({ controllers }, (app) => {
      app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' });
    });
    expect(routes).toEqual(['GET /cats v1,2 ?', 'GET /cats/:id']);
  });

  it('lists the paths of nested modules, and a controller of two modules twice', async () => {
    const shared = controllerOf('shared', { shared: Get() });
    const [outer, inner] = [moduleOf([shared]), moduleOf([shared])];
    const paths = RouterModule.register([
      { path: 'outer', module: outer, children: [{ path: 'inner', module: inner }] },
    ]);
    expect(await routesOf({ imports: [outer, inner, paths] })).toEqual([
      'GET /outer/shared',
      'GET /outer/inner/shared',
    ]);
  });

  it('includes inherited handlers, but no message handlers or manually added routes', async () => {
    class Derived extends controllerOf('base', {
      inherited: Get('inherited'),
      rpc: MessagePattern('x'),
    }) {}
    Reflect.defineMetadata('path', 'derived', Derived);
    const routes = await routesOf({ controllers: [Derived] }, (app) => {
      app.getHttpAdapter().get('/by-hand', (_: unknown, response: { end?(): void }) => {
        response.end?.();
      });
    });
    expect(routes).toEqual(['GET /derived/inherited']);
  });

  it('includes request-scoped controllers', async () => {
    const controller = controllerOf({ path: 'a', scope: Scope.REQUEST }, { a: Get(), b: Post() });
    expect(await routesOf({ controllers: [controller] })).toEqual(['GET /a', 'POST /a']);
    expect(service?.catalogue.routes.map(({ anyOf }) => anyOf)).toEqual([['a'], ['b']]);
    expect(await service?.answering('GET', '/a')).toBe('a');
  });

  it('contains the requirements of decorators, where a handler overrides its controller', async () => {
    const roleless = { isPublic: false, anyOf: [], isFresh: false };
    const closed = controllerOf('closed', { a: Get('a'), b: Get('b'), c: Get('c') });
    const handlers = closed.prototype as Record<'a' | 'b' | 'c', () => string>;
    Reflect.deleteMetadata(ROLES_METADATA, handlers.a);
    Public()(handlers.b);
    Reflect.deleteMetadata(ROLES_METADATA, handlers.b);
    RequireRecentSignIn('5m')(handlers.c);
    const open = controllerOf('open', { d: Get('d'), e: Get('e') });
    const { d, e } = open.prototype as Record<'d' | 'e', () => string>;
    Reflect.deleteMetadata(ROLES_METADATA, d);
    SkipCache()(e);
    Reflect.defineMetadata(PUBLIC_METADATA, true, open);
    const some = controllerOf('some', { f: Get('f') });
    Reflect.deleteMetadata(ROLES_METADATA, (some.prototype as Record<'f', () => string>).f);
    Roles('orders:write')(some);

    service = await RoutedApp.start(makeAdapter, { controllers: [closed, open, some] });
    const demands = service.catalogue.routes.map(({ isPublic, anyOf, isFresh, maxAge }) => ({
      isPublic,
      anyOf,
      isFresh,
      ...(maxAge !== undefined && { maxAge }),
    }));
    expect(demands).toEqual([
      roleless,
      { ...roleless, isPublic: true },
      { ...roleless, anyOf: ['c'], isFresh: true, maxAge: 300_000 },
      { ...roleless, isPublic: true },
      { ...roleless, anyOf: ['e'], isFresh: true },
      { ...roleless, anyOf: ['orders:write'] },
    ]);
  });
});

const express = httpAdapters.filter(([name]) => name === 'Express');

describe.each(express)('the access catalogue read on %s only', (_, makeExpress) => {
  let service: RoutedApp | undefined;

  afterEach(() => service?.stop());

  it('contains patterns of older routers as Express receives them', async () => {
    const controllers = [controllerOf('files', { all: Get('*') })];
    service = await RoutedApp.start(makeExpress, { controllers });
    expect(service.catalogue.routes.map(({ path }) => path)).toEqual(['/files/{*path}']);
  });

  it('marks a route that depends on the host as conditional', async () => {
    const controllers = [controllerOf({ path: 'a', host: 'a.example.com' }, { a: Get() })];
    service = await RoutedApp.start(makeExpress, { controllers });
    expect(service.catalogue.routes[0]?.isConditional).toBe(true);
  });
});

describe('AccessCatalogueReader', () => {
  const providersWith = (service?: string) => [
    AccessRules,
    AccessCatalogueReader,
    { provide: SessionAccessOptions, useValue: new SessionAccessOptions({}) },
    {
      provide: SESSION_OPTIONS,
      useValue: new SessionOptions({ store: new MemorySessionStore(), service }),
    },
  ];

  it('returns null without HTTP', async () => {
    const root: DynamicModule = { module: moduleOf([]), providers: providersWith('sample') };
    const app = await NestFactory.createApplicationContext(root, { logger: false });
    expect(await app.get(AccessCatalogueReader).read()).toBeNull();
    await app.close();
  });

  it('returns null without a service name', async () => {
    const root: DynamicModule = { module: moduleOf([]), providers: providersWith() };
    const app = await NestFactory.create(root, { logger: false });
    await app.init();
    expect(await app.get(AccessCatalogueReader).read()).toBeNull();
    await app.close();
  });
});

function moduleOf(controllers: Type[]): Type {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module needs no members
  const module = class {};
  Module({ controllers })(module);
  return module;
}
