import {
  type ClientOptions,
  type GrpcOptions,
  type Serializer,
  Transport,
} from '@nestjs/microservices';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { CallHeaders } from './call-headers.js';
import { EnvelopeSerializer } from './envelope.serializer.js';
import { grpcCallInterceptor } from './grpc-call.interceptor.js';
import { NatsCallSerializer } from './nats-call.serializer.js';
import { RmqCallSerializer } from './rmq-call.serializer.js';

/**
 * Returns the options of a Nest client that adds headers to every message, or an envelope on transports
 * without headers.
 *
 * @param headers Called for each message.
 * @throws SessionOptionsError for a transport that cannot carry them
 */
export function withHeaders<T extends ClientOptions>(client: T, headers: CallHeaders): T {
  const options = client.options as { serializer?: Serializer } | undefined;
  const inner = options?.serializer;
  const { transport = Transport.TCP } = client as { transport?: Transport };
  switch (transport) {
    case Transport.TCP:
    case Transport.REDIS:
      return {
        ...client,
        options: { ...options, serializer: new EnvelopeSerializer(headers, inner) },
      };
    case Transport.NATS:
      return {
        ...client,
        options: { ...options, serializer: new NatsCallSerializer(headers, inner) },
      };
    case Transport.RMQ:
      return {
        ...client,
        options: { ...options, serializer: new RmqCallSerializer(headers, inner) },
      };
    case Transport.GRPC: {
      const grpc = client.options as GrpcOptions['options'];
      const { channelOptions } = grpc;
      const { interceptors = [] } = { ...(channelOptions as { interceptors?: unknown[] }) };
      return {
        ...client,
        options: {
          ...options,
          channelOptions: {
            ...channelOptions,
            interceptors: [...interceptors, grpcCallInterceptor(headers, grpc)],
          },
        },
      };
    }
    default:
      throw new SessionOptionsError(
        `calls: the transport ${Transport[transport]} cannot carry a session.`,
      );
  }
}
