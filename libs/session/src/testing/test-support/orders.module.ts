import { Controller, Get, Module, Post } from '@nestjs/common';
import { CurrentSession } from '../../guard/current-session.decorator.js';
import { CurrentUser } from '../../guard/current-user.decorator.js';
import { Public } from '../../roles/public.decorator.js';
import { RequireRecentSignIn } from '../../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../../roles/roles.decorator.js';
import type { Session } from '../../session/session.js';
import type { SessionUser } from '../../session/session-types.js';
import { SessionModule } from '../../session.module.js';

@Controller('orders')
export class OrdersController {
  @Get()
  list(): string {
    return 'in';
  }

  @Roles('orders:write')
  @Post()
  create(): string {
    return 'in';
  }

  @RequireRecentSignIn('5m')
  @Get('recent')
  recent(): string {
    return 'in';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'in';
  }

  @Get('mine')
  mine(@CurrentUser() user: SessionUser, @CurrentSession() { id, roles, data }: Session) {
    return { user, id, roles, data };
  }
}

/** Module of a service in production: its Redis is out of reach of a test, and it refuses to start without. */
@Module({
  imports: [
    SessionModule.forRoot({
      redis: 'redis://redis.invalid',
      nearCache: true,
      strict: true,
      service: 'orders',
      requiredRole: 'orders',
      cookie: { name: '__Host-orders' },
    }),
  ],
  controllers: [OrdersController],
})
export class OrdersModule {}
