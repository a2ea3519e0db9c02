import { Module } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { SessionModule } from 'nest-sessions';
import { SessionCallsModule } from 'nest-sessions/calls';
import { SessionRpcModule } from 'nest-sessions/rpc';
import { OrdersController } from './orders.controller.js';

/** Where auth listens for messages. */
const AUTH = {
  host: process.env.AUTH_RPC_HOST ?? 'auth',
  port: Number(process.env.AUTH_RPC_PORT ?? 4000),
};

@Module({
  imports: [
    SessionModule.forRoot({ service: 'orders', requiredRole: 'orders' }),
    SessionCallsModule.forRoot({ secret: process.env.SESSION_CALL_SECRET }),
    SessionRpcModule.forRoot({
      client: { transport: Transport.TCP, options: AUTH },
      cache: '2s', // without it, every request asks auth
    }),
  ],
  controllers: [OrdersController],
})
export class OrdersModule {}
