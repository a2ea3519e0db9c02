// #region controller
import { Controller, Get, Post } from '@nestjs/common';
import { CurrentUser, Roles, type SessionUser, SkipCache } from 'nest-sessions';

@Controller('orders')
export class OrdersController {
  @Get()
  list(@CurrentUser() user: SessionUser) {
    return `the orders of ${user.username}`;
  }

  @Post()
  @Roles('orders:write')
  @SkipCache()
  create(@CurrentUser() user: SessionUser) {
    return { by: user.id };
  }
}
// #endregion controller
