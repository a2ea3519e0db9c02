import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { queryObjects } from 'node:v8';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { cpuTime } from '../servers/cpu-time';
import { REQUIRED_ROLE } from '../servers/session-content';
import { EchoGateway } from './echo.gateway';
import type { GatewayServiceApi, MemoryFigures } from './gateway-service.api';
import type { GatewayVariant } from './gateway-variants';
import { serveCalls } from './remote-process';

const COLLECTIONS = 4;
const COLLECTION_INTERVAL_MS = 50;

const [variant, redis = ''] = process.argv.slice(2) as [GatewayVariant, string?];
const loop = monitorEventLoopDelay({ resolution: 1 });
const timer = setTimeout(() => undefined);
const Timer = timer.constructor;
let server: Server | undefined;

/** A process with the gateway. Arguments: variant, URL of Redis. */
const api: GatewayServiceApi = {
  async listen() {
    const imports = await importsOf();
    @Module({ imports, providers: [EchoGateway] })
    class EchoModule {}
    const app = await NestFactory.create(EchoModule, { logger: ['error'], abortOnError: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    server = app.getHttpServer() as Server;
    return (server.address() as AddressInfo).port;
  },

  async memory(): Promise<MemoryFigures> {
    if (!global.gc) throw new Error('Start with --expose-gc');
    for (let n = 0; n < COLLECTIONS; n++) {
      global.gc();
      await delay(COLLECTION_INTERVAL_MS);
    }
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed, rss };
  },

  cpu: cpuTime,

  timers: () => queryObjects(Timer, { format: 'count' }),

  sockets: () => {
    if (server === undefined) throw new Error('The application does not listen');
    return promisify(server.getConnections.bind(server))();
  },

  watchLoop() {
    loop.enable();
    loop.reset();
  },

  longestStall() {
    loop.disable();
    return loop.max / 1e6;
  },
};

/** Each variant loads what it needs, so that none pays for another. */
async function importsOf(): Promise<(Type | DynamicModule)[]> {
  if (variant === 'bare') return [];
  const { SessionModule } = await import('nest-sessions');
  const { NO_SECURITY_LOG } = await import('nest-sessions/audit');
  const { SessionWebSocketsModule } = await import('nest-sessions/websockets');
  const session = SessionModule.forRoot({
    redis,
    requiredRole: REQUIRED_ROLE,
    // Ten thousand lines would be measured as well.
    securityLog: NO_SECURITY_LOG,
    nearCache: variant === 'near-cached',
  });
  return [session, SessionWebSocketsModule];
}

serveCalls(api);
