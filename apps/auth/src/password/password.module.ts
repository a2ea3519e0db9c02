import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer.module';
import { ThrottleModule } from '../throttle/throttle.module';
import { TokenHandover } from '../sessions/token-handover';
import { UsersModule } from '../users/users.module';
import { PasswordController } from './password.controller';
import { PasswordService } from './password.service';

@Module({
  imports: [UsersModule, IssuerModule, ThrottleModule],
  controllers: [PasswordController],
  providers: [PasswordService, TokenHandover],
})
export class PasswordModule {}
