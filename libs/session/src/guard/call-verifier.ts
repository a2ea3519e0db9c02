import type { ExecutionContext } from '@nestjs/common';
import type { SignedCall } from '../source/signed-call.js';

/** Verifies signed calls of other services. `nest-sessions/calls` provides it. */
export abstract class CallVerifier {
  /**
   * Returns the calling service, and the session on whose behalf it calls.
   *
   * @param call Signature that came with the request or message of `context`.
   * @throws SessionException 401 when the call is not proven
   */
  abstract verify(call: string, context: ExecutionContext): SignedCall;
}
