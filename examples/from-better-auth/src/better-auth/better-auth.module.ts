import { Global, Module } from '@nestjs/common';
import { BetterAuthController } from './better-auth.controller.js';
import { BETTER_AUTH, createBetterAuth } from './better-auth.js';
import { signUpDemoUsers } from './demo-users.js';
import { OldSessions } from './old-sessions.js';
import { Users } from './users.js';

@Global()
@Module({
  controllers: [BetterAuthController],
  providers: [
    {
      provide: BETTER_AUTH,
      useFactory: async () => {
        const auth = createBetterAuth();
        await signUpDemoUsers(auth);
        return auth;
      },
    },
    OldSessions,
    Users,
  ],
  exports: [BETTER_AUTH, OldSessions, Users],
})
export class BetterAuthModule {}
