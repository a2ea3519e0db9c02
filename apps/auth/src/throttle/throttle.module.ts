import { SESSION_REDIS } from '@app/platform';
import { SecurityLog } from 'nest-sessions/audit';
import { Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { AuthEnvironment } from '../auth.environment';
import { DeviceCookie } from './device-cookie';
import { KnownDevices } from './known-devices';
import { PasswordAttempts } from './password-attempts';

/** Password throttling, for the modules that check a password. */
@Module({
  providers: [
    DeviceCookie,
    {
      provide: KnownDevices,
      inject: [SESSION_REDIS],
      useFactory: (client: Redis | Cluster) => new KnownDevices(client),
    },
    {
      provide: PasswordAttempts,
      inject: [SESSION_REDIS, AuthEnvironment, SecurityLog],
      useFactory: (client: Redis | Cluster, environment: AuthEnvironment, audit: SecurityLog) =>
        new PasswordAttempts(
          client,
          {
            freeForPair: environment.SIGN_IN_FREE_ATTEMPTS,
            freeForAccount: environment.SIGN_IN_FREE_ATTEMPTS_ACCOUNT,
            freeForNetwork: environment.SIGN_IN_FREE_ATTEMPTS_NETWORK,
            longestWait: environment.SIGN_IN_LONGEST_WAIT,
          },
          ({ retryAfter }) => {
            audit.record({ event: 'signIn.throttled', outcome: 'failure', retryAfter });
          },
        ),
    },
  ],
  exports: [PasswordAttempts, KnownDevices, DeviceCookie],
})
export class ThrottleModule {}
