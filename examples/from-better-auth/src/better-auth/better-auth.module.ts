import { Module } from '@nestjs/common';
import { BetterAuthController } from './better-auth.controller.js';
import { BETTER_AUTH, createBetterAuth } from './better-auth.js';
import { signUpDemoUsers } from './demo-users.js';

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
  ],
  exports: [BETTER_AUTH],
})
export class BetterAuthModule {}
