import { Injectable } from '@nestjs/common';
import { type AbstractHttpAdapter, DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import { AbstractGraphQLDriver } from '@nestjs/graphql';
import type { Server } from 'node:http';
import { FieldGuards, type ResolverOptions } from './field-guards.js';
import { GraphqlConnections } from './graphql-connections.js';
import { GuardedOptions } from './guarded-options.js';
import { UncachedResponses } from './uncached-responses.js';
import { UpgradeGate } from './upgrade-gate.js';

/** Options with which Nest starts a driver. */
interface DriverOptions extends ResolverOptions {
  readonly path?: string;
  readonly subscriptions?: { readonly 'graphql-ws'?: unknown };
}

/** Driver of a GraphQL server. */
interface Driver {
  start(options: DriverOptions): Promise<unknown>;
}

/** Guards the drivers of `GraphQLModule` when they start. */
@Injectable()
export class GraphqlDrivers {
  readonly #options: GuardedOptions;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly adapterHost: HttpAdapterHost<AbstractHttpAdapter<Server>>,
    private readonly fields: FieldGuards,
    private readonly connections: GraphqlConnections,
    responses: UncachedResponses,
  ) {
    this.#options = new GuardedOptions(connections, responses);
  }

  /** Stands before the start of each driver. Call it when all providers exist, before `onModuleInit`. */
  guard(): void {
    for (const wrapper of this.discovery.getProviders()) {
      const instance: unknown = wrapper.instance;
      if (instance instanceof AbstractGraphQLDriver) this.#guard(instance as Driver);
    }
  }

  #guard(driver: Driver): void {
    const start = driver.start.bind(driver);
    driver.start = (options: DriverOptions) => {
      this.fields.require(options);
      const guarded = this.#options.of({ ...options });
      const gate = new UpgradeGate(this.connections, pathOf(options));
      const server = this.adapterHost.httpAdapter.getHttpServer();
      return gate.before(server, () => start(guarded));
    };
  }
}

/** Returns the path on which clients open connections. */
function pathOf({ path = '/graphql', subscriptions }: DriverOptions): string {
  const own = subscriptions?.['graphql-ws'];
  const isOwn = typeof own === 'object' && own !== null && 'path' in own;
  return isOwn && typeof own.path === 'string' ? own.path : path;
}
