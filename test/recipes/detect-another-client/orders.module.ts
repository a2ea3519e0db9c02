// #region module
import { Logger, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionBindingModule } from 'nest-sessions/binding';

const logger = new Logger('Clients');

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionBindingModule.forRoot({
      userAgent: 'reauthenticate',
      network: 'report',
      onSignal: ({ userId, changed, from, to }) => {
        logger.warn(`A session of ${userId} moved: ${changed} from ${from} to ${to}`);
      },
    }),
  ],
})
export class OrdersModule {}
// #endregion module
