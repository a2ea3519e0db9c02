// #region module
import { Module } from '@nestjs/common';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { SessionModule } from 'nest-sessions';
import { SessionCalls, SessionCallsModule } from 'nest-sessions/calls';
import { PricesController, PRODUCTS_CLIENT } from './prices.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'orders' }),
    SessionCallsModule.forRoot({ secret: process.env.SESSION_CALL_SECRET }),
    ClientsModule.registerAsync([
      {
        name: PRODUCTS_CLIENT,
        inject: [SessionCalls],
        useFactory: (calls: SessionCalls) =>
          calls.client('products', {
            transport: Transport.TCP,
            options: { host: process.env.PRODUCTS_HOST, port: Number(process.env.PRODUCTS_PORT) },
          }),
      },
    ]),
  ],
  controllers: [PricesController],
})
export class OrdersModule {}
// #endregion module
