import { Controller, Delete, Get, Post } from '@nestjs/common';
import { GrpcMethod, MessagePattern, Payload } from '@nestjs/microservices';
import { CurrentSession, RequireRecentSignIn, Roles, type Session } from 'nest-sessions';

/** Routes and messages of the application under test. */
@Controller('orders')
export class OrdersController {
  @Get()
  list(@CurrentSession() { user, data }: Session) {
    return { username: user.username, data };
  }

  @Post()
  @Roles('orders:write')
  create() {
    return 'created';
  }

  @Delete()
  @RequireRecentSignIn('5m')
  remove() {
    return 'removed';
  }

  @MessagePattern('orders.list')
  listed(@Payload() page: unknown, @CurrentSession() { user }: Session) {
    return { username: user.username, page };
  }

  @GrpcMethod('Orders', 'List')
  call(_: unknown, @CurrentSession() { user }: Session) {
    return { username: user.username };
  }
}
