import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer.module';
import { TokenHandover } from '../sessions/token-handover';
import { ThrottleModule } from '../throttle/throttle.module';
import { UsersModule } from '../users/users.module';
import { ReauthenticationController } from './reauthentication.controller';
import { ReauthenticationService } from './reauthentication.service';

@Module({
  imports: [UsersModule, IssuerModule, ThrottleModule],
  controllers: [ReauthenticationController],
  providers: [ReauthenticationService, TokenHandover],
})
export class ReauthenticationModule {}
