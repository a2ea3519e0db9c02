import { SessionIdentityModule } from 'nest-sessions/gateway';
import { Module } from '@nestjs/common';
import { AccessModule } from '../access.module';
import { KeySetController } from './key-set.controller';
import { VerifyController } from './verify.controller';

/** Forward auth for gateways, and the keys with which the services behind them verify its identities. */
@Module({
  imports: [SessionIdentityModule.forRoot({}), AccessModule],
  controllers: [VerifyController, KeySetController],
})
export class VerifyModule {}
