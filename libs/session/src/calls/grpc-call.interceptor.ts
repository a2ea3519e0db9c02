import { AsyncResource } from 'node:async_hooks';
import type * as Grpc from '@grpc/grpc-js';
import type { GrpcOptions } from '@nestjs/microservices';
import { UNREAD } from './call-content.js';
import type { CallHeaders } from './call-headers.js';
import { grpcContent } from './grpc-content.js';

/** As @grpc/proto-loader loads it: the definition of each method, by the name of its service and its own. */
type PackageDefinition = Readonly<Record<string, Readonly<Record<string, Partial<LoadedMethod>>>>>;
interface ProtoLoader {
  loadSync(path: unknown, options: unknown): PackageDefinition;
}
type LoadedMethod = Pick<
  Grpc.MethodDefinition<unknown, unknown>,
  'path' | 'requestSerialize' | 'requestDeserialize'
>;

/**
 * Says who calls in the metadata of every call, in place of what the application gave under the same name.
 * The metadata of a single message waits for the message, which is signed with it; of a stream of messages
 * the method is signed alone.
 *
 * @param options Of Nest's client: they say what a message is made of.
 */
export function grpcCallInterceptor(
  headers: CallHeaders,
  options: GrpcOptions['options'],
): Grpc.Interceptor {
  const { InterceptingCall } = requireNow('@grpc/grpc-js') as typeof Grpc;
  let methods: ReadonlyMap<string, LoadedMethod> | null = null;
  const asReceived = (path: string, message: unknown) => {
    methods ??= methodsOf(options);
    const method = methods.get(path);
    return method?.requestDeserialize(method.requestSerialize(message)) ?? UNREAD;
  };
  return (call, nextCall) => {
    const { path, requestStream } = call.method_definition;
    // See inCallersContext.
    const context = new AsyncResource('SessionCall');
    const answer = <T>(value: T, pass: (value: T) => void) => {
      context.runInAsyncScope(pass, null, value);
    };
    const answers = {
      onReceiveMetadata: answer,
      onReceiveMessage: answer,
      onReceiveStatus: answer,
    };
    let begin: ((message: unknown) => void) | null = null;
    return new InterceptingCall(nextCall(call), {
      start(metadata, _listener, next) {
        begin = (message) => {
          begin = null;
          for (const [name, value] of Object.entries(headers(grpcContent(path, message)))) {
            metadata.set(name, value);
          }
          next(metadata, answers);
        };
        if (requestStream) begin(UNREAD);
      },
      sendMessage(message, next) {
        begin?.(asReceived(path, message));
        next(message);
      },
    });
  };
}

/** By their paths. grpc-js does not say what it makes of a message on the other side; the loader does. */
function methodsOf(options: GrpcOptions['options']): ReadonlyMap<string, LoadedMethod> {
  const { protoLoader = '@grpc/proto-loader', protoPath, loader } = options;
  const loaded = (options.packageDefinition ??
    (requireNow(protoLoader) as ProtoLoader).loadSync(protoPath, loader)) as PackageDefinition;
  const methods = Object.values(loaded).flatMap((service) => Object.values(service));
  return new Map(methods.filter(isMethod).map((method) => [method.path, method]));
}

/** Messages and enumerations are among the definitions as well. */
function isMethod(definition: Partial<LoadedMethod> | undefined): definition is LoadedMethod {
  return typeof definition?.requestDeserialize === 'function';
}

/** Only who uses gRPC has its packages installed. */
function requireNow(name: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` is not synchronous
  return require(name);
}
