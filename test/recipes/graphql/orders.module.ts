import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { SessionModule } from 'nest-sessions';
import { SessionGraphqlModule } from 'nest-sessions/graphql';
import { OrderFeed } from './order-feed.js';
import { OrdersResolver } from './orders.resolver.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionGraphqlModule,
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['guards'],
      subscriptions: { 'graphql-ws': true },
    }),
  ],
  providers: [OrdersResolver, OrderFeed],
})
export class OrdersModule {}
