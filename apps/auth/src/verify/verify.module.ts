import { SessionIdentityModule } from 'nest-sessions';
import { Module } from '@nestjs/common';
import { AccessModule } from '../access.module';
import { KeySetController } from './key-set.controller';
import { VerifyController } from './verify.controller';

/** What gateways ask, and what the services behind them need to believe its answer. */
@Module({
  imports: [SessionIdentityModule.forRoot({}), AccessModule],
  controllers: [VerifyController, KeySetController],
})
export class VerifyModule {}
