import { SessionAccessModule } from '@app/session';
import { Module } from '@nestjs/common';
import { AUTH_SERVICE, AuthEnvironment } from '../auth.environment';
import { IssuerModule } from '../issuer.module';
import { UsersModule } from '../users/users.module';
import { AdminEventsController } from './admin-events.controller';
import { AdminServicesController } from './admin-services.controller';
import { AdminUsersController } from './admin-users.controller';

@Module({
  imports: [
    UsersModule,
    IssuerModule,
    SessionAccessModule.forRootAsync({
      inject: [AuthEnvironment],
      useFactory: ({ SESSION_SERVICES }: AuthEnvironment) => ({
        services: [AUTH_SERVICE, ...SESSION_SERVICES],
      }),
    }),
  ],
  controllers: [AdminUsersController, AdminEventsController, AdminServicesController],
})
export class AdminModule {}
