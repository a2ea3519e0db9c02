import { Module, type NestModule } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule, MetadataScanner } from '@nestjs/core';
import { ChannelRegistryModule } from '../channels/channel-registry.module.js';
import { FieldGuards } from './field-guards.js';
import { GraphqlConnections } from './graphql-connections.js';
import { GraphqlDrivers } from './graphql-drivers.js';
import { GraphqlInterceptor } from './graphql.interceptor.js';
import { GraphqlRequests } from './graphql-requests.js';
import { GRAPHQL_SETTINGS } from './graphql-settings.token.js';
import { GraphqlTransport } from './graphql.transport.js';
import { SESSION_GRAPHQL_MODULE_OPTIONS } from './session-graphql.module-definition.js';
import { graphqlSettingsOf, type SessionGraphqlOptions } from './session-graphql.options.js';
import { UncachedResponses } from './uncached-responses.js';

/** Providers of `SessionGraphqlModule`, once for each application. */
@Module({
  imports: [ChannelRegistryModule, DiscoveryModule],
  providers: [
    {
      provide: GRAPHQL_SETTINGS,
      inject: [{ token: SESSION_GRAPHQL_MODULE_OPTIONS, optional: true }],
      useFactory: (options: SessionGraphqlOptions = {}) => graphqlSettingsOf(options),
    },
    GraphqlRequests,
    GraphqlConnections,
    GraphqlTransport,
    UncachedResponses,
    MetadataScanner,
    FieldGuards,
    GraphqlDrivers,
    { provide: APP_INTERCEPTOR, useClass: GraphqlInterceptor },
  ],
})
export class GraphqlTransportModule implements NestModule {
  constructor(private readonly drivers: GraphqlDrivers) {}

  /** Called after all providers exist, and before `GraphQLModule` starts its driver. */
  configure(): void {
    this.drivers.guard();
  }
}
