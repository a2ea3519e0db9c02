import 'reflect-metadata';
import { runService } from '@app/platform';
import { AuthEnvironment } from './auth.environment';
import { AuthModule } from './auth.module';
import { takeGatewayQuestion } from './verify/gateway-question';

void runService({
  name: 'auth',
  module: AuthModule,
  environment: AuthEnvironment,
  port: 'AUTH_PORT',
  beforeRouting: takeGatewayQuestion,
});
