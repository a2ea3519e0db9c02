import type { INestApplication } from '@nestjs/common';
import { ClientProxyFactory, type GrpcOptions, Transport } from '@nestjs/microservices';
import { connect } from 'node:net';
import { firstValueFrom, type Observable } from 'rxjs';
import { socketClosed } from '../../../../tools/testing/socket-closed.js';
import { startAuth } from '../rpc/test-support/rpc-apps.js';
import { grpc } from '../rpc/test-support/transports.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { limitedGrpcOptions } from './limited-grpc-options.js';

type Introspect = (request: object) => Observable<unknown>;

describe('a gRPC port with limits', () => {
  let auth: INestApplication;
  let options: GrpcOptions['options'];

  beforeAll(async () => {
    const { server } = await grpc();
    const given = (server as GrpcOptions).options;
    options = limitedGrpcOptions({
      ...given,
      channelOptions: { 'grpc.max_connection_idle_ms': 200 },
    });
    auth = await startAuth(
      { transport: Transport.GRPC, options },
      { store: new MemorySessionStore() },
    );
  });
  afterAll(() => auth.close());

  it('rejects a message that is too long', async () => {
    const { url, package: name, protoPath } = options;
    const client = ClientProxyFactory.create({
      transport: Transport.GRPC,
      options: { url, package: name, protoPath },
    });
    const { introspect } = client.getService<{ introspect: Introspect }>('SessionIntrospection');
    const codeFor = (length: number) =>
      firstValueFrom(introspect({ id: 'x'.repeat(length) })).catch(
        (error: unknown) => (error as { code: number }).code,
      );

    const [RESOURCE_EXHAUSTED, UNAUTHENTICATED] = [8, 16];
    expect(await codeFor(2_600_000)).toBe(RESOURCE_EXHAUSTED);
    expect(await codeFor(2_400_000)).toBe(UNAUTHENTICATED);
    client.close();
  });

  it('closes an idle connection', async () => {
    const socket = connect(Number(new URL(`grpc://${options.url ?? ''}`).port), '127.0.0.1');
    await socketClosed(socket.resume());
  });

  it('keeps the limits that the application sets', () => {
    const { url = '', package: name, protoPath } = options;
    const given = { url, package: name, protoPath, maxReceiveMessageLength: 7 };

    expect(limitedGrpcOptions(given).maxReceiveMessageLength).toBe(7);
  });
});
