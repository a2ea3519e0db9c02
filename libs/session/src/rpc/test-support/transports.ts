import { type ClientOptions, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { join } from 'node:path';
import { NatsServer } from '../../../../../tools/nats/nats-server.js';
import { freePort } from '../../../../../tools/processes/free-port.js';
import { workerServers } from '../../../../../tools/testing/worker-servers.js';

/** Server options of a service, and client options to reach it. */
export interface Wire {
  readonly server: MicroserviceOptions;
  readonly client: ClientOptions;
  /** Server that carries the messages of this wire alone; stop it at the end. */
  readonly broker?: { stop(): Promise<void> };
}

/** Transports over which the same cases run. */
export const transports: [name: string, open: () => Promise<Wire>][] = [
  ['TCP', tcp],
  ['Redis', redis],
  ['NATS', nats],
  ['gRPC', grpc],
];

export async function tcp(): Promise<Wire> {
  const options = { host: '127.0.0.1', port: await freePort() };
  return {
    server: { transport: Transport.TCP, options },
    client: { transport: Transport.TCP, options },
  };
}

/** Uses the Redis of this Jest worker. */
export async function redis(): Promise<Wire> {
  const { port } = await workerServers().redis();
  const options = { host: '127.0.0.1', port };
  return {
    server: { transport: Transport.REDIS, options },
    client: { transport: Transport.REDIS, options },
  };
}

export async function nats(): Promise<Wire & { readonly broker: NatsServer }> {
  const broker = await NatsServer.start();
  const options = { servers: [broker.address] };
  return {
    server: { transport: Transport.NATS, options },
    client: { transport: Transport.NATS, options },
    broker,
  };
}

export async function grpc(): Promise<Wire> {
  const options = {
    url: `127.0.0.1:${await freePort()}`,
    package: 'nest_sessions.v1',
    protoPath: join(__dirname, '../../../proto/session.proto'),
  };
  return {
    server: { transport: Transport.GRPC, options },
    client: { transport: Transport.GRPC, options },
  };
}
