import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SessionChannelsModule } from 'nest-sessions/channels';
import { SessionTestingModule } from 'nest-sessions/testing';
import { AppModule } from '../app.module.js';

const { REDIS_URL } = process.env;

export interface RunningApp {
  readonly app: INestApplication<Server>;
  readonly url: string;
}

/** Starts the application on a free port, with sessions in memory, or in the Redis that `REDIS_URL` names. */
export async function startApp(protocol: 'ws' | 'socket.io' = 'ws'): Promise<RunningApp> {
  const module = await Test.createTestingModule({
    imports: [
      AppModule.withPage(protocol === 'ws' ? 'live.js' : 'live-socket-io.js'),
      SessionTestingModule.forRoot(REDIS_URL === undefined ? {} : { redis: REDIS_URL }),
      // The shortest time without a store after which sockets are closed.
      SessionChannelsModule.forRoot({ closeWithin: '5s' }),
    ],
  }).compile();
  const app = module.createNestApplication<INestApplication<Server>>();
  if (protocol === 'ws') app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, 'localhost');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `http://localhost:${port.toString()}` };
}
