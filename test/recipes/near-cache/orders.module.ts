// #region module
import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { OrdersController } from './orders.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({
      redis: process.env.REDIS_URL,
      requiredRole: 'orders',
      nearCache: true,
    }),
  ],
  controllers: [OrdersController],
})
export class OrdersModule {}
// #endregion module
