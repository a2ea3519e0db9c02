import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { OrdersController } from '../servers/orders.controller';
import type { Exchange } from './held-requests';

// eslint-disable-next-line @typescript-eslint/unbound-method -- Nest passes the method unbound to guards
const HANDLER = OrdersController.prototype.list;

/** Returns the execution context that Nest creates for the guards of each request. */
export function contextOf(exchange: Exchange): ExecutionContext {
  return new ExecutionContextHost(exchange as unknown as unknown[], OrdersController, HANDLER);
}
