import { Injectable } from '@nestjs/common';
import { PubSub } from 'graphql-subscriptions';
import type { Order } from './order.model.js';

type Topics = Record<string, { readonly orderPlaced: Order }>;

/** Orders as they are placed, by user. */
@Injectable()
export class OrderFeed {
  readonly #topics = new PubSub<Topics>();

  place(userId: string, order: Order): Promise<void> {
    return this.#topics.publish(userId, { orderPlaced: order });
  }

  ofUser(userId: string): AsyncIterableIterator<unknown> {
    return this.#topics.asyncIterableIterator(userId);
  }
}
