import { Module } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { SessionModule } from 'nest-sessions';
import { SessionAccessModule } from 'nest-sessions/access';
import { SessionCallsModule } from 'nest-sessions/calls';
import { SessionGatewayModule } from 'nest-sessions/gateway';
import { SessionRpcModule } from 'nest-sessions/rpc';
import { OrdersController } from './orders.controller.js';

/** Where auth listens for messages. */
const AUTH = {
  host: process.env.AUTH_RPC_HOST ?? 'auth',
  port: Number(process.env.AUTH_RPC_PORT ?? 4000),
};

// #region module
@Module({
  imports: [
    SessionModule.forRoot({ service: 'orders', requiredRole: 'orders' }),
    SessionGatewayModule.forRoot({ keys: process.env.AUTH_URL ?? 'http://auth:3000' }),
    // Publishes the route requirements: /auth/verify refuses unknown routes.
    SessionAccessModule.forRoot({}),
    // Publishing and adding attributes go through auth.
    SessionCallsModule.forRoot({ secret: process.env.SESSION_CALL_SECRET }),
    SessionRpcModule.forRoot({ client: { transport: Transport.TCP, options: AUTH } }),
  ],
  controllers: [OrdersController],
})
export class OrdersModule {}
// #endregion module
