import { Controller, Get, Module, Post } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { OptionalSession, Public, Roles, SessionModule } from 'nest-sessions';

@Controller('orders')
export class OrdersController {
  @Get()
  list(): string[] {
    return ['o-1'];
  }

  @Post()
  @Roles('orders:write', 'admin')
  create(): string {
    return 'o-2';
  }

  @Get('status')
  @Public()
  status(): string {
    return 'fine';
  }

  @Get('offers')
  @OptionalSession()
  offers(): string[] {
    return [];
  }
}

// #region module
@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL }), DiscoveryModule],
  controllers: [OrdersController],
})
export class AppModule {}
// #endregion module
