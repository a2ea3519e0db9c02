import 'reflect-metadata';
import { runService } from '@app/platform';
import { FeedSocketAdapter } from './feed/feed-socket.adapter';
import { OrdersAppModule } from './orders-app.module';
import { OrdersEnvironment } from './orders.environment';

void runService({
  name: 'orders',
  module: (environment) => OrdersAppModule.register(environment),
  environment: OrdersEnvironment,
  port: 'ORDERS_PORT',
  webSockets: (app, logger) => new FeedSocketAdapter(app, logger),
});
