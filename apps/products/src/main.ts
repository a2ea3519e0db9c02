import 'reflect-metadata';
import { runService } from '@app/platform';
import { LimitedTcpServer } from 'nest-sessions/calls';
import { ProductsEnvironment } from './products.environment';
import { ProductsModule } from './products.module';

void runService({
  name: 'products',
  module: (environment) => ProductsModule.register(environment),
  environment: ProductsEnvironment,
  port: 'PRODUCTS_PORT',
  transport: ({ HOST, PRODUCTS_RPC_PORT }) => ({
    strategy: new LimitedTcpServer({ host: HOST, port: PRODUCTS_RPC_PORT }),
  }),
});
