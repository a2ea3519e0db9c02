import { Module } from '@nestjs/common';
import { GraphqlTransportModule } from './graphql-transport.module.js';
import { ConfigurableModuleClass } from './session-graphql.module-definition.js';

/**
 * Protects the resolvers of `@nestjs/graphql` with the session guard: queries and mutations over HTTP, and
 * subscriptions over WebSockets, with Apollo and Mercurius. Import it next to `SessionModule`.
 *
 * - A denial is a GraphQL error whose `extensions` have the stable `code` and the HTTP `status`.
 * - A connection for subscriptions needs a session, and is closed when the session ends.
 * - Guards of fields need `fieldResolverEnhancers: ['guards']` in the options of `GraphQLModule`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionGraphqlModule,
 *     GraphQLModule.forRoot<ApolloDriverConfig>({
 *       driver: ApolloDriver,
 *       autoSchemaFile: true,
 *       fieldResolverEnhancers: ['guards'],
 *       subscriptions: { 'graphql-ws': true },
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({ imports: [GraphqlTransportModule] })
export class SessionGraphqlModule extends ConfigurableModuleClass {}
