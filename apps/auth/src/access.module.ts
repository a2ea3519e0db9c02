import { SessionAccessDirectoryModule } from 'nest-sessions/access';
import { Module } from '@nestjs/common';
import { AUTH_SERVICE, AuthEnvironment } from './auth.environment';

/** Route requirements of all services, for the modules of this app that need them. */
@Module({
  imports: [
    SessionAccessDirectoryModule.forRootAsync({
      inject: [AuthEnvironment],
      useFactory: ({ SESSION_SERVICES }: AuthEnvironment) => ({
        services: [AUTH_SERVICE, ...SESSION_SERVICES],
      }),
    }),
  ],
  exports: [SessionAccessDirectoryModule],
})
export class AccessModule {}
