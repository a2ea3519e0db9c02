import { PlatformModule, SESSION_REDIS, sessionFeatures } from '@app/platform';
import { SessionModule } from 'nest-sessions';
import { SessionChannelsModule } from 'nest-sessions/channels';
import { SessionIntrospectionModule } from 'nest-sessions/rpc';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { AdminModule } from './admin/admin.module';
import { AUTH_SERVICE, type AuthEnvironment } from './auth.environment';
import { ConsoleModule } from './console.module';
import { PasswordModule } from './password/password.module';
import { ReauthenticationModule } from './reauthentication/reauthentication.module';
import { OwnSessionsModule } from './sessions/own-sessions.module';
import { SignInModule } from './sign-in/sign-in.module';
import { VerifyModule } from './verify/verify.module';

/** The only app that issues sessions: it decides on identity, roles and lifetime. */
@Module({})
export class AuthModule {
  static register(environment: AuthEnvironment): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        PlatformModule.forRoot(environment, { readsEvents: true }),
        SessionModule.forRootAsync({
          inject: [SESSION_REDIS],
          useFactory: (client: Redis | Cluster) => ({
            client,
            strict: environment.REDIS_STRICT,
            service: AUTH_SERVICE,
            ...environment.session,
          }),
        }),
        ...sessionFeatures(environment),
        // Ends the event stream of an administrator with the session.
        SessionChannelsModule.forRoot(environment.channels),
        SessionIntrospectionModule,
        SignInModule,
        OwnSessionsModule,
        PasswordModule,
        ReauthenticationModule,
        AdminModule,
        VerifyModule,
        ConsoleModule,
      ],
    };
  }
}
