// #region module
import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionConsoleModule } from 'nest-sessions/console';
import { SessionIssuerModule } from 'nest-sessions/issuer';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'auth' }),
    SessionIssuerModule.forRoot({}),
    SessionConsoleModule.forRoot({ route: '/sessions', signInPage: '/login' }),
  ],
})
export class AppModule {}
// #endregion module
