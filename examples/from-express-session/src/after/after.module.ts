import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { redisUrl } from '../redis-url.js';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { ProfileController } from './profile.controller.js';
import { SignIn } from './sign-in.js';

/** The application after the change. */
// #region after
@Module({
  imports: [
    UsersModule,
    SessionModule.forRoot({ redis: redisUrl }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
  ],
  controllers: [AuthController, ProfileController],
  providers: [SignIn],
})
export class AfterModule {}
// #endregion after
