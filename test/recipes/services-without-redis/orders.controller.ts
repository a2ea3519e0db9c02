import { Controller, Get, Post } from '@nestjs/common';
import { CurrentSession, type Session, Sessions } from 'nest-sessions';

/** Routes of a service, whatever its source of sessions. */
@Controller('orders')
export class OrdersController {
  constructor(private readonly sessions: Sessions<'orders'>) {}

  @Get()
  list(@CurrentSession() { user, roles }: Session) {
    return { owner: user.username, roles };
  }

  @Get('coupon')
  read(@CurrentSession() session: Session) {
    return this.sessions.read(session, 'orders');
  }

  @Post('coupon')
  add(@CurrentSession() session: Session) {
    return this.sessions.add(session, 'coupon', { code: 'SPRING', percent: 10 });
  }
}
