import { Injectable, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionContext, SessionContextModule } from 'nest-sessions/context';

@Injectable()
export class OrdersService {
  constructor(private readonly context: SessionContext) {}

  list() {
    return `the orders of ${this.context.requireSession().user.username}`;
  }
}

@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL }), SessionContextModule],
  providers: [OrdersService],
  exports: [OrdersService],
})
export class OrdersModule {}
