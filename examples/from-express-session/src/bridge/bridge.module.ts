import { Global, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import session from 'express-session';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { OldRedis } from '../before/old-redis.js';
import { oldSessionOptions } from '../before/old-session.js';
import { BothSessions } from './both-sessions.js';
import { OldSessionStore } from './old-session.store.js';
import { SessionUpgrade } from './session-upgrade.js';

/** Old sessions, for as long as the change takes. */
@Global()
@Module({
  imports: [SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' })],
  providers: [
    OldRedis,
    {
      provide: OldSessionStore,
      inject: [OldRedis],
      useFactory: ({ client }: OldRedis) => new OldSessionStore(client),
    },
    SessionUpgrade,
    BothSessions,
  ],
  exports: [SessionIssuerModule, OldSessionStore, SessionUpgrade, BothSessions],
})
export class BridgeModule implements NestModule {
  constructor(private readonly store: OldSessionStore) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(session({ ...oldSessionOptions, store: this.store })).forRoutes('{*path}');
  }
}
