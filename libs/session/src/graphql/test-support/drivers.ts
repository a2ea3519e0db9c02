import type { DynamicModule } from '@nestjs/common';
import { ApolloDriver } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** GraphQL server on an HTTP adapter. */
export interface Driver {
  readonly makeAdapter: () => ExpressAdapter | FastifyAdapter;
  /** Returns the module, with subscriptions. */
  module(options?: object): DynamicModule;
}

const shared = { autoSchemaFile: true, path: '/graphql' };

function apollo(options: object = {}): DynamicModule {
  return GraphQLModule.forRoot({
    ...shared,
    driver: ApolloDriver,
    graphiql: false,
    subscriptions: { 'graphql-ws': true },
    ...options,
  });
}

function mercurius(options: object = {}): DynamicModule {
  return GraphQLModule.forRoot({
    ...shared,
    driver: MercuriusDriver,
    subscription: { fullWsTransport: true },
    ...options,
  });
}

/** Drivers on which the same cases run. */
export const drivers: [name: string, driver: Driver][] = [
  ['Apollo on Express', { makeAdapter: () => new ExpressAdapter(), module: apollo }],
  ['Apollo on Fastify', { makeAdapter: () => new FastifyAdapter(), module: apollo }],
  ['Mercurius', { makeAdapter: () => new FastifyAdapter(), module: mercurius }],
];
