import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { OrdersController } from '../servers/orders.controller';
import type { Exchange } from './held-requests';

// eslint-disable-next-line @typescript-eslint/unbound-method -- as Nest hands it to guards
const HANDLER = OrdersController.prototype.list;

/** What Nest makes for the guards of each request, of its own class. */
export function contextOf(exchange: Exchange): ExecutionContext {
  return new ExecutionContextHost(exchange as unknown as unknown[], OrdersController, HANDLER);
}
