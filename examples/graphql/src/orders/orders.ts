import { Injectable } from '@nestjs/common';
import { PubSub } from 'graphql-subscriptions';
import type { Order } from './order.model.js';

const ORDERS_KEPT = 100;

interface Topics extends Record<string, unknown> {
  readonly placed: { readonly orderPlaced: Order };
}

/** Your database. With several instances, use a `PubSub` of your message broker. */
@Injectable()
export class Orders {
  readonly #topics = new PubSub<Topics>();
  #latest: readonly Order[] = [];
  #count = 0;

  get latest(): readonly Order[] {
    return this.#latest;
  }

  async place(product: string, orderedBy: string): Promise<Order> {
    this.#count += 1;
    const order = { id: `o-${this.#count.toString()}`, product, orderedBy };
    this.#latest = [...this.#latest.slice(1 - ORDERS_KEPT), order];
    await this.#topics.publish('placed', { orderPlaced: order });
    return order;
  }

  /** Orders as they are placed. */
  placed(): AsyncIterableIterator<unknown> {
    return this.#topics.asyncIterableIterator('placed');
  }
}
