import { SessionAccessModule } from 'nest-sessions';
import { Module } from '@nestjs/common';
import { AUTH_SERVICE, AuthEnvironment } from './auth.environment';

/** What the routes of all services demand, for the modules of this app that ask. */
@Module({
  imports: [
    SessionAccessModule.forRootAsync({
      inject: [AuthEnvironment],
      useFactory: ({ SESSION_SERVICES }: AuthEnvironment) => ({
        services: [AUTH_SERVICE, ...SESSION_SERVICES],
      }),
    }),
  ],
  exports: [SessionAccessModule],
})
export class AccessModule {}
