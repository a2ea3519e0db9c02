import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { LocalStrategy } from './auth/local.strategy.js';
import { SignInService } from './auth/sign-in.service.js';
import { ProfileController } from './profile.controller.js';
import { Users } from './users/users.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
    PassportModule,
  ],
  controllers: [AuthController, ProfileController],
  providers: [LocalStrategy, SignInService, Users],
})
export class AppModule {}
