import { type ClientGrpcProxy, ClientProxyFactory, type GrpcOptions } from '@nestjs/microservices';
import { firstValueFrom, fromEvent, type Observable, takeUntil } from 'rxjs';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { IntrospectionMessage } from './introspection.messages.js';
import { IntrospectionClient } from './introspection.client.js';

/** The service of `session.proto`, and the names that its methods have in JavaScript. */
const SERVICE = 'SessionIntrospection';
const METHODS = {
  'session.introspect': 'introspect',
  'session.touch': 'touch',
  'session.add': 'add',
  'session.additions': 'additions',
  'session.ping': 'ping',
  'access.publish': 'publish',
  'access.keep-alive': 'keepAlive',
} satisfies Record<IntrospectionMessage, string>;

type Methods = Record<string, ((data: object) => Observable<unknown>) | undefined>;

/** Introspection client over gRPC, which connects by itself and fails at once while it cannot. */
export class GrpcIntrospectionClient extends IntrospectionClient {
  override readonly isGrpc = true;
  #client: ClientGrpcProxy | null = null;

  /** @param options Client options with an interceptor that signs. */
  constructor(private readonly options: GrpcOptions) {
    super();
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  async send(
    pattern: IntrospectionMessage,
    request: object,
    signal: AbortSignal,
  ): Promise<unknown> {
    this.#client ??= ClientProxyFactory.create(this.options) as unknown as ClientGrpcProxy;
    const method = this.#client.getService<Methods>(SERVICE)[METHODS[pattern]];
    if (method === undefined) {
      throw new SessionOptionsError(
        'rpc.client: protoPath must be the path of session.proto in nest-sessions.',
      );
    }
    return firstValueFrom(method(request).pipe(takeUntil(fromEvent(signal, 'abort'))));
  }

  disconnect(): Promise<void> {
    this.#client?.close();
    this.#client = null;
    return Promise.resolve();
  }
}
