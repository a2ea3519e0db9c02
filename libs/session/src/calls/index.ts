export { denialOf } from './denial-of';
export { limitedGrpcOptions } from './limited-grpc-options';
export { LimitedTcpServer, type TcpLimits } from './limited-tcp.server';
export { SessionCalls } from './session-calls';
export { SessionCallsModule } from './session-calls.module';
