import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import passport from 'passport';
import { OldProfileController } from '../before/old-profile.controller.js';
import { UserSerializer } from '../before/user.serializer.js';
import { redisUrl } from '../redis-url.js';
import { UsersModule } from '../users/users.module.js';
import { AcceptingGuard } from './accepting.guard.js';
import { BridgeModule } from './bridge.module.js';
import { Phase1AuthController } from './phase-1-auth.controller.js';

/** Service on express-session that accepts Nest sessions too. It creates old sessions. */
@Module({
  imports: [
    UsersModule,
    SessionModule.forRoot({ redis: redisUrl, guard: AcceptingGuard }),
    BridgeModule,
  ],
  controllers: [Phase1AuthController, OldProfileController],
  providers: [UserSerializer],
})
export class Phase1Module implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(passport.session()).forRoutes('{*path}');
  }
}
