import {
  type HttpServer,
  Inject,
  Injectable,
  RequestMethod,
  type Type,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import {
  HOST_METADATA,
  MODULE_PATH,
  PATH_METADATA,
  VERSION_METADATA,
} from '@nestjs/common/constants.js';
import { addLeadingSlash } from '@nestjs/common/utils/shared.utils.js';
import {
  ApplicationConfig,
  HttpAdapterHost,
  MetadataScanner,
  ModulesContainer,
} from '@nestjs/core';
import type { RoutePathMetadata } from '@nestjs/core/router/interfaces/route-path-metadata.interface.js';
import { LegacyRouteConverter } from '@nestjs/core/router/legacy-route-converter.js';
import { PathsExplorer, type RouteDefinition } from '@nestjs/core/router/paths-explorer.js';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { AccessRules } from '../roles/access-rules.js';
import type { AccessCatalogue, AccessRoute, AccessRouter } from './access-catalogue.js';
import { SessionAccessOptions } from './session-access.options.js';

type Version = NonNullable<RouteDefinition['version']>;

/** Controller at one of its paths, in one of the modules that declare it. */
interface Mount {
  readonly controller: object;
  readonly metatype: Type;
  readonly modulePath: string | undefined;
  readonly path: string;
}

/**
 * Metadata key that `@RouteConstraints()` of `@nestjs/platform-fastify`, an optional peer, sets on a handler.
 */
const FASTIFY_CONSTRAINTS_METADATA = '__fastify_route_constraints__';

/**
 * Reads the HTTP routes of this application from its controllers, in the order and with the paths that Nest
 * registers. Excludes microservice handlers and routes that were added directly to the adapter.
 */
@Injectable()
export class AccessCatalogueReader {
  readonly #explorer = new PathsExplorer(new MetadataScanner());
  readonly #paths: RoutePathFactory;

  constructor(
    @Inject(SESSION_OPTIONS) private readonly options: SessionOptions,
    private readonly access: SessionAccessOptions,
    private readonly rules: AccessRules,
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    this.#paths = new RoutePathFactory(config);
  }

  /**
   * Reads the access catalogue of this application. Routes are known from `OnApplicationBootstrap` on.
   *
   * @returns `null` when there are no routes to publish: without the `service` option, without HTTP, or with
   *   an unknown router.
   */
  async read(): Promise<AccessCatalogue | null> {
    const { service, requiredRole } = this.options;
    const { release } = this.access;
    const router = this.#router();
    if (service === undefined || router === null) return null;
    const maxParamLength = this.#matching().maxParamLength;
    return {
      service,
      ...(release === undefined ? {} : { version: release }),
      router,
      ...(maxParamLength === undefined ? {} : { maxParamLength }),
      ...(requiredRole === undefined ? {} : { requiredRole }),
      routes: await this.#inOrder(
        router,
        [...this.#mounts()].flatMap((it) => this.#routesOf(it, router)),
      ),
    };
  }

  #router(): AccessRouter | null {
    // A standalone application has no HTTP adapter.
    const adapter = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    const type = adapter?.getType();
    return type === 'express' || type === 'fastify' ? type : null;
  }

  /** Returns the adapter's matching options; empty on Nest 11, which does not expose them. */
  #matching(): { maxParamLength?: number } {
    const adapter: HttpServer = this.adapterHost.httpAdapter;
    return adapter.getRouteMatchingOptions?.() ?? {};
  }

  *#mounts(): Generator<Mount> {
    for (const { metatype: module, controllers } of this.modules.values()) {
      const modulePath =
        metadataOf<string>(MODULE_PATH + this.modules.applicationId, module) ??
        metadataOf<string>(MODULE_PATH, module);
      for (const { instance, metatype } of controllers.values()) {
        const paths = metadataOf<string | string[]>(PATH_METADATA, metatype as Type) ?? [];
        for (const path of [paths].flat()) {
          yield {
            controller: instance,
            metatype: metatype as Type,
            modulePath,
            path: addLeadingSlash(path),
          };
        }
      }
    }
  }

  #routesOf(mount: Mount, router: AccessRouter): AccessRoute[] {
    const { controller } = mount;
    return this.#explorer.scanForPaths(controller).flatMap((definition) => {
      const { requestMethod, targetCallback } = definition;
      const { anyOf, skipsCache, maxSignInAge, ...rule } = this.rules.ofHandler(
        controller.constructor as Type,
        targetCallback,
      );
      const version = this.#headerVersions(mount, definition);
      const route = {
        method: RequestMethod[requestMethod],
        ...(version === null ? {} : { version }),
        isConditional: version !== null || isConditional(mount, targetCallback, router),
        ...rule,
        isFresh: skipsCache,
        ...(maxSignInAge === null ? {} : { maxAge: maxSignInAge }),
        anyOf: [...anyOf],
      };
      return this.#pathsOf(mount, definition).map((path) => ({
        ...route,
        // Nest's Express adapter converts some patterns of older routers to the current syntax.
        path: router === 'express' ? LegacyRouteConverter.tryConvert(path, { logs: false }) : path,
      }));
    });
  }

  #pathsOf({ metatype, modulePath, path: ctrlPath }: Mount, definition: RouteDefinition): string[] {
    const metadata: RoutePathMetadata = {
      ctrlPath,
      modulePath,
      globalPrefix: addLeadingSlash(this.config.getGlobalPrefix()),
      versioningOptions: this.config.getVersioning(),
      controllerVersion: this.#controllerVersion(metatype),
      methodVersion: definition.version,
    };
    return definition.path.flatMap((methodPath) =>
      this.#paths.create({ ...metadata, methodPath }, definition.requestMethod),
    );
  }

  /** Returns the versions that select the route outside of its path; `null` for any version. */
  #headerVersions({ metatype }: Mount, { version: own }: RouteDefinition): string[] | null {
    const versioning = this.config.getVersioning();
    if (versioning === undefined || versioning.type === VersioningType.URI) return null;
    // Nest treats an empty version as no version.
    // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
    const version = own || this.#controllerVersion(metatype);
    if (!version || version === VERSION_NEUTRAL) return null;
    return [version].flat().map((it) => (it === VERSION_NEUTRAL ? 'neutral' : it));
  }

  #controllerVersion(metatype: Type): Version | undefined {
    const versioning = this.config.getVersioning();
    if (versioning === undefined) return undefined;
    return metadataOf<Version>(VERSION_METADATA, metatype) ?? versioning.defaultVersion;
  }

  /** Returns the routes in the order in which Nest registers them. */
  async #inOrder(router: AccessRouter, routes: AccessRoute[]): Promise<AccessRoute[]> {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- Nest 11 has no choice
    const isSorted = this.config.getRouteResolutionStrategy?.() === 'specificity';
    if (!isSorted || router !== 'express') return routes;
    const { RouteSpecificitySorter } =
      await import('@nestjs/core/router/route-specificity-sorter.js');
    type Sortable = Parameters<(typeof RouteSpecificitySorter)['sort']>[0];
    // The sorter reads only the paths.
    return RouteSpecificitySorter.sort(routes as unknown as Sortable) as unknown as AccessRoute[];
  }
}

/** Returns whether the router may still skip a matched route for another route. */
function isConditional({ metatype }: Mount, handler: object, router: AccessRouter): boolean {
  // Fastify answers a request for another host with 404.
  if (router === 'express') return metadataOf(HOST_METADATA, metatype) !== undefined;
  return metadataOf(FASTIFY_CONSTRAINTS_METADATA, handler) !== undefined;
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the type
function metadataOf<T>(key: string, target: object): T | undefined {
  return Reflect.getMetadata(key, target) as T | undefined;
}
