import { Module } from '@nestjs/common';
import { AccessModule } from '../access.module';
import { IssuerModule } from '../issuer.module';
import { UsersModule } from '../users/users.module';
import { AdminEventsController } from './admin-events.controller';
import { AdminServicesController } from './admin-services.controller';
import { AdminSessionsController } from './admin-sessions.controller';
import { AdminUsersController } from './admin-users.controller';
import { EndedSessionsController } from './ended-sessions.controller';

@Module({
  imports: [UsersModule, IssuerModule, AccessModule],
  controllers: [
    AdminUsersController,
    AdminSessionsController,
    EndedSessionsController,
    AdminEventsController,
    AdminServicesController,
  ],
})
export class AdminModule {}
