import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionCallsModule } from 'nest-sessions/calls';
import { OrdersController } from './orders.controller.js';

/** Application of the reader: its Redis is out of reach of a test, and `strict` refuses any other. */
@Module({
  imports: [
    SessionModule.forRoot({
      redis: 'redis://redis.invalid',
      strict: true,
      service: 'orders',
      requiredRole: 'orders',
    }),
    SessionCallsModule.forRoot({ secret: 'a secret that all services know, of 32 bytes or more' }),
  ],
  controllers: [OrdersController],
})
export class AppModule {}
