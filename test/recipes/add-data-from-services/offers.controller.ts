// #region read
import { Controller, Get } from '@nestjs/common';
import { CurrentSession, type Session, Sessions } from 'nest-sessions';

@Controller('products/offer')
export class OffersController {
  constructor(private readonly sessions: Sessions) {}

  @Get()
  async offer(@CurrentSession() session: Session) {
    const { coupon } = await this.sessions.read(session, 'orders');
    return { percentOff: coupon?.percent ?? 0 };
  }
}
// #endregion read
