import { HttpStatus } from '@nestjs/common';
import type { SessionException } from '../errors/session-exception.js';

/** Metadata key of the stable code in a gRPC error. */
const CODE = 'x-session-error';

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const STATUSES: Readonly<Record<number, number>> = {
  [HttpStatus.BAD_REQUEST]: 3, // INVALID_ARGUMENT
  [HttpStatus.UNAUTHORIZED]: 16, // UNAUTHENTICATED
  [HttpStatus.FORBIDDEN]: 7, // PERMISSION_DENIED
  [HttpStatus.CONFLICT]: 6, // ALREADY_EXISTS
  [HttpStatus.NOT_IMPLEMENTED]: 12, // UNIMPLEMENTED
  [HttpStatus.SERVICE_UNAVAILABLE]: 14, // UNAVAILABLE
};
const INTERNAL = 13;

/** Used part of `Metadata` of `@grpc/grpc-js`, which only applications with gRPC have installed. */
interface GrpcMetadata {
  getMap(): object;
  set(name: string, value: string): void;
}

export function isGrpcMetadata(context: unknown): context is GrpcMetadata {
  return (
    typeof context === 'object' &&
    context !== null &&
    ['getMap', 'set', 'clone'].every(
      (it) => typeof (context as Record<string, unknown>)[it] === 'function',
    )
  );
}

/** @param received The call's own metadata, whose class the new metadata has as well. */
export function toGrpcError(denial: SessionException, received: GrpcMetadata): object {
  const metadata = new (received.constructor as new () => GrpcMetadata)();
  metadata.set(CODE, denial.code);
  const code = STATUSES[denial.getStatus()] ?? INTERNAL;
  return { code, details: denial.detail, message: denial.detail, metadata };
}
