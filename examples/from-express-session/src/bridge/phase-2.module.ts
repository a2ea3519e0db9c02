import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { ProfileController } from '../after/profile.controller.js';
import { SignIn } from '../after/sign-in.js';
import { redisUrl } from '../redis-url.js';
import { UsersModule } from '../users/users.module.js';
import { BridgeModule } from './bridge.module.js';
import { Phase2AuthController } from './phase-2-auth.controller.js';
import { UpgradingGuard } from './upgrading.guard.js';

/** Moved service that replaces old sessions. It creates Nest sessions. */
@Module({
  imports: [
    UsersModule,
    SessionModule.forRoot({ redis: redisUrl, guard: UpgradingGuard }),
    BridgeModule,
  ],
  controllers: [Phase2AuthController, ProfileController],
  providers: [SignIn],
})
export class Phase2Module {}
