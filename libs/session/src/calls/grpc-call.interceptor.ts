import type * as Grpc from '@grpc/grpc-js';

/**
 * Says who calls in the metadata of every call, in place of what the application gave under the same name.
 *
 * @param headers Asked for each call.
 */
export function grpcCallInterceptor(
  headers: () => Readonly<Record<string, string>>,
): Grpc.Interceptor {
  const { InterceptingCall } = loadGrpc();
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, listener, next) {
        for (const [name, value] of Object.entries(headers())) metadata.set(name, value);
        next(metadata, listener);
      },
    });
}

/** Only who uses gRPC has it installed. */
function loadGrpc(): typeof Grpc {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is not synchronous
  return require('@grpc/grpc-js') as typeof Grpc;
}
