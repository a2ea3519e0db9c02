import { Controller, Get, Module, Post } from '@nestjs/common';
import { CurrentUser, Public, Roles, SessionModule, type SessionUser } from 'nest-sessions';

@Controller('orders')
export class OrdersController {
  @Get() // needs a session with the role 'orders'
  list(@CurrentUser() user: SessionUser) {
    return `the orders of ${user.username}`;
  }

  @Post()
  @Roles('orders:write') // needs this role as well
  create() {
    return 'created';
  }

  @Get('status')
  @Public() // needs no session
  status() {
    return 'fine';
  }
}

@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL, requiredRole: 'orders' })],
  controllers: [OrdersController],
})
export class OrdersModule {}
