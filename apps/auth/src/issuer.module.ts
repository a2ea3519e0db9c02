import { SessionIssuerModule } from 'nest-sessions/issuer';
import { Module } from '@nestjs/common';
import { AuthEnvironment } from './auth.environment';

/** Write access to sessions, for the modules of this app that need it. */
@Module({
  imports: [
    SessionIssuerModule.forRootAsync({
      inject: [AuthEnvironment],
      useFactory: (environment: AuthEnvironment) => ({
        idleTimeout: environment.SESSION_IDLE_TIMEOUT,
        absoluteTimeout: environment.SESSION_ABSOLUTE_TIMEOUT,
        maxPerUser: environment.SESSION_MAX_PER_USER,
        rotationGrace: environment.SESSION_ROTATION_GRACE,
        waitReplicas: environment.SESSION_WAIT_REPLICAS,
        services: environment.SESSION_SERVICES,
      }),
    }),
  ],
  exports: [SessionIssuerModule],
})
export class IssuerModule {}
