import { PlatformModule, SESSION_REDIS } from '@app/platform';
import { SessionModule } from 'nest-sessions';
import { SessionIntrospectionModule } from 'nest-sessions/rpc';
import { Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { AdminModule } from './admin/admin.module';
import { AUTH_SERVICE, AuthEnvironment } from './auth.environment';
import { PasswordModule } from './password/password.module';
import { ReauthenticationModule } from './reauthentication/reauthentication.module';
import { OwnSessionsModule } from './sessions/own-sessions.module';
import { SignInModule } from './sign-in/sign-in.module';
import { VerifyModule } from './verify/verify.module';

/** The only app that issues sessions: it decides on identity, roles and lifetime. */
@Module({
  imports: [
    PlatformModule.forRoot(AuthEnvironment),
    SessionModule.forRootAsync({
      inject: [SESSION_REDIS, AuthEnvironment],
      useFactory: (client: Redis | Cluster, environment: AuthEnvironment) => ({
        client,
        strict: environment.REDIS_STRICT,
        service: AUTH_SERVICE,
        ...environment.session,
      }),
    }),
    SessionIntrospectionModule,
    SignInModule,
    OwnSessionsModule,
    PasswordModule,
    ReauthenticationModule,
    AdminModule,
    VerifyModule,
  ],
})
export class AuthModule {}
