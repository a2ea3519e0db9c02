import type { GrpcOptions } from '@nestjs/microservices';

/** Maximum length of a message, in bytes. A message with an access catalogue has up to 2 million. */
const LONGEST_MESSAGE = 2_500_000;

/** Maximum number of concurrent calls on one connection. */
const MOST_CALLS = 256;

/** Memory limit of one connection, in megabytes. A stream that needs more is reset. */
const MEMORY = 8;

/** Time after which a connection without calls is closed, in milliseconds. Clients reconnect. */
const IDLE_TIMEOUT = 5 * 60_000;

/**
 * Returns options of Nest's gRPC transport for a port that is not restricted to your own services.
 * `LimitedTcpServer` is the equivalent for TCP. The options limit messages, calls and idle time before a
 * client has authenticated. gRPC for Node.js has no limit for connections: set a limit in the network.
 * https://grpc.github.io/grpc/core/group__grpc__arg__keys.html
 *
 * @param options Options of the transport, which take precedence over these limits.
 *
 * @example
 * app.connectMicroservice({
 *   transport: Transport.GRPC,
 *   options: limitedGrpcOptions({ url, package: 'orders.v1', protoPath }),
 * });
 */
export function limitedGrpcOptions(options: GrpcOptions['options']): GrpcOptions['options'] {
  return {
    maxReceiveMessageLength: LONGEST_MESSAGE,
    ...options,
    channelOptions: {
      'grpc.max_connection_idle_ms': IDLE_TIMEOUT,
      'grpc.max_concurrent_streams': MOST_CALLS,
      'grpc-node.max_session_memory': MEMORY,
      ...options.channelOptions,
    },
  };
}
