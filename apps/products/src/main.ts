import 'reflect-metadata';
import { runService } from '@app/platform';
import { Transport } from '@nestjs/microservices';
import { ProductsEnvironment } from './products.environment';
import { ProductsModule } from './products.module';

void runService({
  name: 'products',
  module: ProductsModule,
  environment: ProductsEnvironment,
  port: 'PRODUCTS_PORT',
  // On loopback whatever HOST says: a call over this port does not say yet on whose behalf it is.
  transport: ({ PRODUCTS_RPC_PORT }) => ({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: PRODUCTS_RPC_PORT },
  }),
});
