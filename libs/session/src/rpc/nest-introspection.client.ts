import {
  type ClientOptions,
  type ClientProxy,
  ClientProxyFactory,
  ClientTCP,
} from '@nestjs/microservices';
import type { Socket } from 'node:net';
import { firstValueFrom, fromEvent, takeUntil } from 'rxjs';
import type { IntrospectionMessage } from './introspection.messages.js';
import { ConnectionLostError, IntrospectionClient } from './introspection.client.js';

/** Introspection client over every Nest transport except gRPC. */
export class NestIntrospectionClient extends IntrospectionClient {
  #client: ClientProxy | null = null;

  /** @param options Client options with a serializer that signs. */
  constructor(private readonly options: ClientOptions) {
    super();
  }

  connect(): Promise<unknown> {
    return this.#current().connect();
  }

  async send(
    pattern: IntrospectionMessage,
    request: object,
    signal: AbortSignal,
  ): Promise<unknown> {
    const reply = this.#current().send<unknown>(pattern, request);
    try {
      return await firstValueFrom(reply.pipe(takeUntil(fromEvent(signal, 'abort'))));
    } catch (error) {
      throw isConnectionLost(error) ? new ConnectionLostError({ cause: error }) : error;
    }
  }

  async disconnect(): Promise<void> {
    const client = this.#client;
    // The next call creates a new client: this client may wait for a close that never comes.
    this.#client = null;
    if (client === null) return;
    const socket = socketOf(client);
    await (client.close() as Promise<void> | undefined);
    socket?.destroy();
  }

  #current(): ClientProxy {
    return (this.#client ??= ClientProxyFactory.create(this.options));
  }
}

/** Matches the message of Nest's TCP client, which has no error class. */
function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && error.message === 'Connection closed';
}

/** Returns the socket of a TCP client: Nest ends only its own side, which leaves the connection open. */
function socketOf(client: ClientProxy): Socket | null {
  if (!(client instanceof ClientTCP)) return null;
  try {
    return client.unwrap<Socket>();
  } catch {
    // The client is not connected.
    return null;
  }
}
