/**
 * Service-to-service calls: signs a call, and propagates the session of the current request.
 *
 * @module nest-sessions/calls
 */

export { RequestEndedError } from '../errors/request-ended.error.js';
export { CALL_HEADER } from '../token/token-headers.js';
export type { CallOptions } from './call.options.js';
export { CallTokens } from './call-tokens.js';
export { denialOf } from './denial-of.js';
export { limitedGrpcOptions } from './limited-grpc-options.js';
export { LimitedTcpServer, type TcpLimits } from './limited-tcp.server.js';
export { SessionCalls } from './session-calls.js';
export { SessionCallsModule } from './session-calls.module.js';
