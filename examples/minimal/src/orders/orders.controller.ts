import { Controller, Get, Post } from '@nestjs/common';
import { CurrentUser, Public, Roles, type SessionUser } from 'nest-sessions';

@Controller('orders')
export class OrdersController {
  @Get() // any signed-in user
  list(@CurrentUser() user: SessionUser): { owner: string; orders: string[] } {
    return { owner: user.username, orders: [] };
  }

  @Post()
  @Roles('orders:write') // 403 without the role
  create(@CurrentUser() user: SessionUser): { createdBy: string } {
    return { createdBy: user.id };
  }

  @Get('status')
  @Public() // no session needed
  status(): { status: string } {
    return { status: 'ok' };
  }
}
