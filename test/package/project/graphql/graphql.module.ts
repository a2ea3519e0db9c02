import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { SessionGraphqlModule } from 'nest-sessions/graphql';
import { ReportsResolver } from './reports.resolver.js';

const FEATURES = [
  SessionGraphqlModule,
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    fieldResolverEnhancers: ['guards'],
    subscriptions: { 'graphql-ws': true },
  }),
];

/** GraphQL on Express, next to Socket.IO. Nest's server for plain WebSockets takes the upgrades of all paths. */
const isServed = process.env.ADAPTER !== 'fastify';

@Module({ imports: isServed ? FEATURES : [], providers: isServed ? [ReportsResolver] : [] })
export class GraphqlModule {}
