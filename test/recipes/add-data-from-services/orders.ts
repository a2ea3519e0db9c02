import './session-attributes.js';
// #region add
import { Controller, Module, Post } from '@nestjs/common';
import { CurrentSession, type Session, SessionModule, Sessions } from 'nest-sessions';

@Controller('orders/coupon')
export class CouponsController {
  constructor(private readonly sessions: Sessions<'orders'>) {}

  @Post()
  redeem(@CurrentSession() session: Session) {
    return this.sessions.add(session, 'coupon', { code: 'SPRING', percent: 10 });
  }
}

@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'orders' })],
  controllers: [CouponsController],
})
export class OrdersModule {}
// #endregion add
