import { type INestApplication, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionAccessModule } from 'nest-sessions/access';
import { LimitedTcpServer, SessionCallsModule } from 'nest-sessions/calls';
import { SessionIntrospectionModule } from 'nest-sessions/rpc';

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'auth' }),
    SessionCallsModule.forRoot({ secret: process.env.SESSION_CALL_SECRET }),
    SessionIntrospectionModule,
    SessionAccessModule.forRoot({}), // accepts the access catalogues of the services
  ],
})
export class AuthModule {}

/** Call it in `main.ts`, before `app.listen()`. */
export async function listenForServices(app: INestApplication) {
  const strategy = new LimitedTcpServer({
    host: process.env.HOST,
    port: Number(process.env.AUTH_RPC_PORT ?? 4000),
  });
  app.connectMicroservice({ strategy }, { inheritAppConfig: true }); // without it, no guard runs there
  await app.startAllMicroservices();
}
