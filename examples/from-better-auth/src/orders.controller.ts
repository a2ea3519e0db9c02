import { Controller, Delete, Get, Post } from '@nestjs/common';
import { CurrentUser, RequireRecentSignIn, Roles, type SessionUser } from 'nest-sessions';

@Controller('orders')
export class OrdersController {
  @Get()
  list(@CurrentUser() user: SessionUser): { owner: string; orders: string[] } {
    return { owner: user.username, orders: [] };
  }

  @Post()
  @Roles('orders:write')
  create(@CurrentUser() user: SessionUser): { createdBy: string } {
    return { createdBy: user.id };
  }

  @Delete()
  @Roles('orders:write')
  @RequireRecentSignIn('5m')
  removeAll(@CurrentUser() user: SessionUser): { removedBy: string } {
    return { removedBy: user.id };
  }
}
