import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer.module';
import { ThrottleModule } from '../throttle/throttle.module';
import { UsersModule } from '../users/users.module';
import { PasswordController } from './password.controller';
import { PasswordService } from './password.service';

@Module({
  imports: [UsersModule, IssuerModule, ThrottleModule],
  controllers: [PasswordController],
  providers: [PasswordService],
})
export class PasswordModule {}
