import { Metadata, status } from '@grpc/grpc-js';
import type { INestApplication } from '@nestjs/common';
import { type ClientGrpcProxy, ClientProxyFactory } from '@nestjs/microservices';
import { firstValueFrom, type Observable } from 'rxjs';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { CallKeys } from '../calls/call.options.js';
import { grpcContent } from '../calls/grpc-content.js';
import { CallTokens } from '../calls/call-tokens.js';
import { SessionManager } from '../issuer/session.manager.js';
import { CALLS, startAuth } from '../rpc/test-support/rpc-apps.js';
import { grpc } from '../rpc/test-support/transports.js';
import { createToken } from '../token/session-token.js';

const REQUEST = { id: createToken() };

type Introspect = (request: object, metadata: Metadata) => Observable<unknown>;

describe('a denial over gRPC', () => {
  let redis: RedisServer;
  let auth: INestApplication;
  let client: ClientGrpcProxy;
  let token: string;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const wire = await grpc();
    auth = await startAuth(wire.server, { redis: { port: redis.port, disconnectTimeout: 50 } });
    client = ClientProxyFactory.create(wire.client) as unknown as ClientGrpcProxy;
    const manager = auth.get(SessionManager, { strict: false });
    ({ token } = await manager.create({ user: { id: 'u-1', username: 'ada' }, roles: [] }));
  });

  afterAll(async () => {
    client.close();
    await auth.close();
    await redis.stop();
  });

  function introspect(headers: Record<string, string>): Promise<unknown> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    const { introspect: send } = client.getService<{ introspect: Introspect }>(
      'SessionIntrospection',
    );
    return firstValueFrom(send(REQUEST, metadata));
  }

  const signed = () => {
    const tokens = new CallTokens('orders', new CallKeys(CALLS));
    const path = '/nest_sessions.v1.SessionIntrospection/Introspect';
    return { 'x-session-call': tokens.sign('auth', null, grpcContent(path, REQUEST)) };
  };

  async function denialOf(headers: Record<string, string>): Promise<object> {
    const error: unknown = await introspect(headers).catch((it: unknown) => it);
    const { code, details, metadata } = error as {
      code: number;
      details: string;
      metadata: Metadata;
    };
    return { code, details, error: metadata.get('x-session-error')[0] };
  }

  it('does not occur for a service that signs its call', async () => {
    expect(await introspect(signed())).toEqual({});
  });

  it('is UNAUTHENTICATED without credentials', async () => {
    expect(await denialOf({})).toMatchObject({
      code: status.UNAUTHENTICATED,
      error: 'ERR_SESSION_REQUIRED',
    });
  });

  it('is PERMISSION_DENIED for a user', async () => {
    expect(await denialOf({ authorization: `Bearer ${token}` })).toMatchObject({
      code: status.PERMISSION_DENIED,
      error: 'ERR_SESSION_ROLE_REQUIRED',
    });
  });

  it('is INVALID_ARGUMENT with two credentials', async () => {
    expect(await denialOf({ authorization: `Bearer ${token}`, ...signed() })).toMatchObject({
      code: status.INVALID_ARGUMENT,
      error: 'ERR_SESSION_TOKEN_AMBIGUOUS',
    });
  });

  it('is UNAVAILABLE while the store is unavailable', async () => {
    await redis.stop();

    expect(await denialOf(signed())).toEqual({
      code: status.UNAVAILABLE,
      details: 'The session store cannot answer. Try again in a moment.',
      error: 'ERR_SESSION_STORE_UNAVAILABLE',
    });
  });
});
