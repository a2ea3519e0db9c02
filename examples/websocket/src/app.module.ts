import { type DynamicModule, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { SessionWebSocketsModule } from 'nest-sessions/websockets';
import { AuthController } from './auth/auth.controller.js';
import { Users } from './auth/users.js';
import { NotesGateway } from './notes/notes.gateway.js';
import { CLIENT, PageController } from './page/page.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
    SessionWebSocketsModule,
  ],
  controllers: [AuthController],
  providers: [Users, NotesGateway],
})
export class AppModule {
  /** @param client File of `page/` that connects the page: it has the protocol of the WebSocket adapter. */
  static withPage(client: 'live.js' | 'live-socket-io.js'): DynamicModule {
    return {
      module: AppModule,
      controllers: [PageController],
      providers: [{ provide: CLIENT, useValue: client }],
    };
  }
}
