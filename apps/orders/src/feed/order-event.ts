import type { Order } from '../orders/order';

/** Change of a user's orders, as event streams and WebSockets send it. */
export type OrderEvent =
  | { readonly event: 'order-created'; readonly data: Order }
  | { readonly event: 'order-deleted'; readonly data: Pick<Order, 'id'> };
