import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer.module';
import { UsersModule } from '../users/users.module';
import { AdminEventsController } from './admin-events.controller';
import { AdminUsersController } from './admin-users.controller';

@Module({
  imports: [UsersModule, IssuerModule],
  controllers: [AdminUsersController, AdminEventsController],
})
export class AdminModule {}
