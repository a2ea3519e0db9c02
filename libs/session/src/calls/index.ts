export { denialOf } from './denial-of.js';
export { limitedGrpcOptions } from './limited-grpc-options.js';
export { LimitedTcpServer, type TcpLimits } from './limited-tcp.server.js';
export { SessionCalls } from './session-calls.js';
export { SessionCallsModule } from './session-calls.module.js';
