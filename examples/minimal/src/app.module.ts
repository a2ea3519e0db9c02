import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { Users } from './auth/users.js';
import { OrdersController } from './orders/orders.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
  ],
  controllers: [AuthController, OrdersController],
  providers: [Users],
})
export class AppModule {}
