import type { GrpcOptions } from '@nestjs/microservices';

/** Bytes of a message. A catalogue of routes within one has up to 2 million. */
const LONGEST_MESSAGE = 2_500_000;

/** Calls at once on one connection. */
const MOST_CALLS = 256;

/** Megabytes of memory for one connection; streams that need more are reset. */
const MEMORY = 8;

/** After how long a connection without calls is closed, in milliseconds: clients connect again. */
const IDLE_TIMEOUT = 5 * 60_000;

/**
 * Options of Nest's gRPC transport for a port that others than one's own services may reach, as
 * `LimitedTcpServer` has them for TCP: before anybody has proven who they are, messages, calls and silence
 * are limited. gRPC for Node.js has no limit for connections: set one in the network.
 * https://grpc.github.io/grpc/core/group__grpc__arg__keys.html
 *
 * @param options Options of the application. They take precedence over these limits.
 *
 * @example
 * app.connectMicroservice({ transport: Transport.GRPC, options: limitedGrpcOptions({ url, package, protoPath }) });
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
