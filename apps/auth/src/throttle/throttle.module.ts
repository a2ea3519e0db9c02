import { SESSION_REDIS } from '@app/platform';
import { Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { AuthEnvironment } from '../auth.environment';
import { PasswordAttempts } from './password-attempts';

/** The throttling of passwords, for the modules that check one. */
@Module({
  providers: [
    {
      provide: PasswordAttempts,
      inject: [SESSION_REDIS, AuthEnvironment],
      useFactory: (client: Redis | Cluster, environment: AuthEnvironment) =>
        new PasswordAttempts(client, {
          freeForPair: environment.SIGN_IN_FREE_ATTEMPTS,
          freeForAccount: environment.SIGN_IN_FREE_ATTEMPTS_ACCOUNT,
          freeForNetwork: environment.SIGN_IN_FREE_ATTEMPTS_NETWORK,
          longestWait: environment.SIGN_IN_LONGEST_WAIT,
        }),
    },
  ],
  exports: [PasswordAttempts],
})
export class ThrottleModule {}
