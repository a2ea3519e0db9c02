import { Controller, Get, Post } from '@nestjs/common';
import { Roles } from 'nest-sessions';

/** A route for each of two roles. */
@Controller('orders')
export class OrdersController {
  @Get()
  @Roles('orders')
  list(): string {
    return 'the orders';
  }

  @Post()
  @Roles('orders:write')
  create(): string {
    return 'an order';
  }
}
