import 'reflect-metadata';
import { runService } from '@app/platform';
import { OrdersAppModule } from './orders-app.module';
import { OrdersEnvironment } from './orders.environment';

void runService({
  name: 'orders',
  module: OrdersAppModule,
  environment: OrdersEnvironment,
  port: 'ORDERS_PORT',
});
