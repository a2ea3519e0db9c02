import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SessionTestingModule } from 'nest-sessions/testing';
import { AppModule } from '../app.module.js';

const { REDIS_URL } = process.env;

/** Sessions in memory, or in a real Redis where `REDIS_URL` names one. */
const sessions = SessionTestingModule.forRoot(REDIS_URL === undefined ? {} : { redis: REDIS_URL });

export interface RunningApp {
  readonly app: INestApplication<Server>;
  readonly url: string;
}

/** Starts the application on a free port. */
export async function startApp(): Promise<RunningApp> {
  const module = await Test.createTestingModule({ imports: [AppModule, sessions] }).compile();
  const app = module.createNestApplication<INestApplication<Server>>();
  await app.listen(0, 'localhost');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `http://localhost:${port.toString()}` };
}
