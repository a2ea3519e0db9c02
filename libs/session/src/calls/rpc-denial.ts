import type { ArgumentsHost } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { SessionException } from '../errors/session-exception.js';
import { messageErrorOf } from '../guard/message-error.js';
import { isGrpcMetadata, toGrpcError } from './grpc-error.js';

/** Index of the message's context among a handler's arguments. */
const MESSAGE_CONTEXT = 1;

/** Denial in the form of a message's transport: any Nest RPC exception filter passes it on. */
export class RpcDenial extends RpcException {
  constructor(
    error: object,
    readonly denial: SessionException,
  ) {
    super(error);
    this.message = denial.message;
  }
}

/**
 * Returns the caller's error: over gRPC a status with the code in its metadata, else an object with the code.
 */
export function messageErrorOn(denial: SessionException, host: ArgumentsHost): object {
  const metadata = host.getArgByIndex<unknown>(MESSAGE_CONTEXT);
  return isGrpcMetadata(metadata) ? toGrpcError(denial, metadata) : messageErrorOf(denial);
}
