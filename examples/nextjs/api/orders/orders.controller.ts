import { Controller, Get } from '@nestjs/common';
import { CurrentUser, type SessionUser } from 'nest-sessions';

/** Your database; orders by user. */
const ORDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['u-1', ['A kilo of apples']],
  ['u-2', ['A bag of beans']],
]);

@Controller('orders')
export class OrdersController {
  @Get()
  list(@CurrentUser() { id, username }: SessionUser) {
    return { of: username, items: ORDERS.get(id) ?? [] };
  }
}
