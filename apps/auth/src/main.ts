import 'reflect-metadata';
import { runService } from '@app/platform';
import { LimitedTcpServer } from 'nest-sessions/calls';
import { Logger } from '@nestjs/common';
import { AuthEnvironment } from './auth.environment';
import { AuthModule } from './auth.module';
import { takeForwardAuthRequest } from './verify/forward-auth-request';

void runService({
  name: 'auth',
  module: (environment) => AuthModule.register(environment),
  environment: AuthEnvironment,
  port: 'AUTH_PORT',
  beforeRouting: takeForwardAuthRequest,
  // Session introspection for services without Redis.
  transport: ({ HOST, AUTH_RPC_PORT, calls }) => {
    if (!calls.forwardToken)
      return { strategy: new LimitedTcpServer({ host: HOST, port: AUTH_RPC_PORT }) };
    new Logger('auth').log(
      'Not listening on AUTH_RPC_PORT: set SESSION_CALL_SECRET, with which services prove their names',
    );
    return undefined;
  },
});
