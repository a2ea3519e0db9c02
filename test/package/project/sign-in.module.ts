import { Module } from '@nestjs/common';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { SignInController } from './sign-in.controller.js';

@Module({
  imports: [SessionIssuerModule.forRoot({ idleTimeout: '5m' })],
  controllers: [SignInController],
})
export class SignInModule {}
