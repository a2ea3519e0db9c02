import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { RedisStore } from 'connect-redis';
import session from 'express-session';
import passport from 'passport';
import { UsersModule } from '../users/users.module.js';
import { OldAuthController } from './old-auth.controller.js';
import { OldProfileController } from './old-profile.controller.js';
import { OldRedis } from './old-redis.js';
import { oldSessionOptions } from './old-session.js';
import { UserSerializer } from './user.serializer.js';

/** The application before the change: express-session, connect-redis and Passport. */
@Module({
  imports: [UsersModule],
  controllers: [OldAuthController, OldProfileController],
  providers: [OldRedis, UserSerializer],
})
export class BeforeModule implements NestModule {
  constructor(private readonly redis: OldRedis) {}

  configure(consumer: MiddlewareConsumer): void {
    const store = new RedisStore({ client: this.redis.client });
    consumer
      .apply(session({ ...oldSessionOptions, store }), passport.session())
      .forRoutes('{*path}');
  }
}
