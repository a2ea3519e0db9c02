import { AsyncResource } from 'node:async_hooks';
import type { Type } from '@nestjs/common';
import {
  type ClientOptions,
  ClientNats,
  ClientRedis,
  ClientRMQ,
  ClientTCP,
  type ReadPacket,
  Transport,
  type WritePacket,
} from '@nestjs/microservices';

/** Client classes by transport. For gRPC, the interceptor does the same. */
const CLIENTS: Partial<Record<Transport, unknown>> = {
  [Transport.TCP]: bound(ClientTCP),
  [Transport.REDIS]: bound(ClientRedis),
  [Transport.NATS]: bound(ClientNats),
  [Transport.RMQ]: bound(ClientRMQ),
};

/**
 * Returns the options of a Nest client whose responses arrive in the asynchronous context of the call. Nest's
 * own clients respond in the context of the request that opened the shared connection. There, `retry`, or a
 * second call in `mergeMap`, would be on behalf of another user.
 */
export function inCallersContext<T extends ClientOptions>(client: T): T {
  const { transport = Transport.TCP } = client as { transport?: Transport };
  return { ...client, customClass: CLIENTS[transport] };
}

/** @param client Client class of Nest. All of them declare the overridden method alike. */
function bound(client: unknown): unknown {
  const Client = client as Type<ClientTCP>;
  return class extends Client {
    protected override publish(
      packet: ReadPacket,
      callback: (packet: WritePacket) => unknown,
    ): () => void {
      return super.publish(packet, AsyncResource.bind(callback));
    }
  };
}
