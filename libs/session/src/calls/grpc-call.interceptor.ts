import { AsyncResource } from 'node:async_hooks';
import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import type { GrpcOptions } from '@nestjs/microservices';
import { UNREAD } from './call-content.js';
import type { CallHeaders } from './call-headers.js';
import { grpcContent } from './grpc-content.js';
import { installationError } from './missing-peer.js';

/** Definition of each method, by the names of its service and the method, as @grpc/proto-loader loads it. */
type PackageDefinition = Readonly<Record<string, Readonly<Record<string, Partial<LoadedMethod>>>>>;
interface ProtoLoader {
  loadSync(path: unknown, options: unknown): PackageDefinition;
}
type LoadedMethod = Pick<
  Grpc.MethodDefinition<unknown, unknown>,
  'path' | 'requestSerialize' | 'requestDeserialize'
>;

/**
 * Adds the caller to the metadata of every call, and replaces metadata of the application under the same
 * name. The metadata of a single message waits for the message, which is signed with it. For a stream of
 * messages, only the method is signed.
 *
 * @param options Options of Nest's client, which define the format of a message.
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

/**
 * Returns the methods by path. grpc-js does not expose how the other side reads a message; the loader does.
 */
function methodsOf(options: GrpcOptions['options']): ReadonlyMap<string, LoadedMethod> {
  const { protoLoader = '@grpc/proto-loader', protoPath, loader } = options;
  const loaded = (options.packageDefinition ??
    (requireNow(protoLoader) as ProtoLoader).loadSync(protoPath, loader)) as PackageDefinition;
  const methods = Object.values(loaded).flatMap((service) => Object.values(service));
  return new Map(methods.filter(isMethod).map((method) => [method.path, method]));
}

/** Returns whether a definition is a method. Messages and enumerations are definitions as well. */
function isMethod(definition: Partial<LoadedMethod> | undefined): definition is LoadedMethod {
  return typeof definition?.requestDeserialize === 'function';
}

/**
 * Loads a package of gRPC, synchronously as Nest's own client does. Only applications that use gRPC have its
 * packages installed. A bundler leaves `createRequire()` alone, so that a bundle loads the installed package.
 *
 * @throws SessionOptionsError with the command that installs a missing package
 */
function requireNow(name: string): unknown {
  try {
    return createRequire(__filename)(name);
  } catch (error) {
    throw installationError(error, name, 'gRPC');
  }
}
