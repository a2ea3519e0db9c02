import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { OrdersController } from './orders.controller.js';
import { WildcardAuthorizer } from './wildcard.authorizer.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL, authorizer: WildcardAuthorizer }),
  ],
  controllers: [OrdersController],
})
export class OrdersModule {}
