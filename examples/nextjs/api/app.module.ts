import { type DynamicModule, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionBindingModule } from 'nest-sessions/binding';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { Users } from './auth/users.js';
import { OrdersController } from './orders/orders.controller.js';

@Module({})
export class AppModule {
  /** @param webOrigin Origin of the pages, such as `https://app.example.com`. */
  static forPages(webOrigin: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SessionModule.forRoot({
          redis: process.env.REDIS_URL,
          // Next.js forwards the pages' requests to another host than browsers name.
          csrf: { trustedOrigins: [webOrigin] },
        }),
        SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
        // Next.js therefore forwards the user agent of the browser.
        SessionBindingModule.forRoot({ userAgent: 'reauthenticate', network: 'report' }),
      ],
      controllers: [AuthController, OrdersController],
      providers: [Users],
    };
  }
}
