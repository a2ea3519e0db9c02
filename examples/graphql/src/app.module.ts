import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { SessionModule } from 'nest-sessions';
import { SessionGraphqlModule } from 'nest-sessions/graphql';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { Users } from './auth/users.js';
import { Orders } from './orders/orders.js';
import { OrdersResolver } from './orders/orders.resolver.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
    SessionGraphqlModule,
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['guards'], // for @Roles() of fields
      subscriptions: { 'graphql-ws': true },
    }),
  ],
  controllers: [AuthController],
  providers: [Users, Orders, OrdersResolver],
})
export class AppModule {}
