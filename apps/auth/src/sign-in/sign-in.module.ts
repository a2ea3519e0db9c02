import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer.module';
import { ThrottleModule } from '../throttle/throttle.module';
import { UsersModule } from '../users/users.module';
import { SignInController } from './sign-in.controller';
import { SignInService } from './sign-in.service';

@Module({
  imports: [UsersModule, IssuerModule, ThrottleModule],
  controllers: [SignInController],
  providers: [SignInService],
})
export class SignInModule {}
