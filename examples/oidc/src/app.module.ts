import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { BackchannelLogoutController } from './auth/backchannel-logout.controller.js';
import { HomeController } from './home.controller.js';
import { OidcClient } from './oidc/oidc.client.js';
import { OidcSettings } from './oidc/oidc.settings.js';
import { ReportsController } from './reports.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
  ],
  controllers: [AuthController, BackchannelLogoutController, HomeController, ReportsController],
  providers: [
    OidcClient,
    { provide: OidcSettings, useFactory: () => OidcSettings.from(process.env) },
  ],
})
export class AppModule {}
