import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import {
  type ClientGrpcProxy,
  type ClientOptions,
  type ClientProxy,
  ClientProxyFactory,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { firstValueFrom, type Observable } from 'rxjs';
import { silent } from '../../../libs/session/test-support/http-adapters';
import { startedRedis } from '../../../libs/session/test-support/started-redis';
import { freePort } from '../../../tools/processes/free-port';
import { AppModule } from './app.module.js';

/** Stub of the gRPC service. */
interface Orders {
  list(query: object, metadata: Metadata): Observable<object>;
}

describe('an application on Fastify with message transports', () => {
  const redis = startedRedis();
  let fastify: NestFastifyApplication;
  let client: ClientProxy;
  let overRedis: ClientProxy;
  let grpc: ClientGrpcProxy;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [AppModule, SessionTestingModule.forRoot()],
    })
      .setLogger(silent)
      .compile();
    fastify = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    const tcp = { host: '127.0.0.1', port: await freePort() };
    const broker = { host: '127.0.0.1', port: redis.server.port };
    const rpc = {
      url: `127.0.0.1:${await freePort()}`,
      package: 'recipes',
      protoPath: join(__dirname, 'orders.proto'),
    };
    const transports: (MicroserviceOptions & ClientOptions)[] = [
      { transport: Transport.TCP, options: tcp },
      { transport: Transport.REDIS, options: broker },
      { transport: Transport.GRPC, options: rpc },
    ];
    for (const transport of transports) {
      fastify.connectMicroservice(transport, { inheritAppConfig: true });
    }
    await fastify.startAllMicroservices();
    await fastify.init();
    [client, overRedis, grpc] = transports.map((it) => ClientProxyFactory.create(it)) as [
      ClientProxy,
      ClientProxy,
      never,
    ];
  });
  afterAll(async () => {
    client.close();
    overRedis.close();
    grpc.close();
    await fastify.close();
  });

  it('serves a signed-in user over each transport', async () => {
    const carol = await signInAs(fastify, { roles: ['orders'], user: { username: 'carol' } });
    const orders = grpc.getService<Orders>('Orders');
    const metadata = new Metadata();

    // #region transports
    const response = await fastify.inject({ url: '/orders', headers: carol.headers });
    const answer = client.send<unknown>('orders.list', carol.message({ page: 1 })); // TCP, Redis
    metadata.set('authorization', carol.bearer.authorization); // gRPC
    // #endregion transports

    const listed = { username: 'carol', page: { page: 1 } };
    expect(response.json()).toEqual({ username: 'carol', data: {} });
    expect(await firstValueFrom(answer)).toEqual(listed);
    const sent = overRedis.send<unknown>('orders.list', carol.message({ page: 1 }));
    expect(await firstValueFrom(sent)).toEqual(listed);
    expect(await firstValueFrom(orders.list({}, metadata))).toEqual({ username: 'carol' });
  });

  it('refuses every other caller', async () => {
    const orders = grpc.getService<Orders>('Orders');
    const required = { code: 'ERR_SESSION_REQUIRED' };

    expect((await fastify.inject({ url: '/orders' })).statusCode).toBe(401);
    for (const one of [client, overRedis]) {
      await expect(firstValueFrom(one.send('orders.list', {}))).rejects.toMatchObject(required);
    }
    await expect(firstValueFrom(orders.list({}, new Metadata()))).rejects.toThrow(/session/i);
  });
});
