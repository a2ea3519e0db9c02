import { randomUUID } from 'node:crypto';
import { ProblemException } from '@app/platform';
import { HttpStatus, Injectable } from '@nestjs/common';
import { OrderFeed } from '../feed/order-feed';
import { ProductPrices } from '../products/product-prices';
import type { CreateOrderDto } from './create-order.dto';
import type { Order } from './order';

/** Orders by user. Kept in memory: this is a sample, and a restart loses them. */
@Injectable()
export class OrdersService {
  readonly #ordersByUser = new Map<string, Map<string, Order>>();

  constructor(
    private readonly prices: ProductPrices,
    private readonly feed: OrderFeed,
  ) {}

  findAllOf(userId: string): Order[] {
    return [...(this.#ordersByUser.get(userId)?.values() ?? [])];
  }

  findOneOf(userId: string, id: string): Order | null {
    return this.#ordersByUser.get(userId)?.get(id) ?? null;
  }

  /** @returns whether the user had the order */
  remove(userId: string, id: string): boolean {
    const hadOrder = this.#ordersByUser.get(userId)?.delete(id) ?? false;
    if (hadOrder) this.feed.publish(userId, { event: 'order-deleted', data: { id } });
    return hadOrder;
  }

  /** @throws ProblemException 422 for an unknown product, 503 when products does not answer. */
  async create(userId: string, { productId, quantity }: CreateOrderDto): Promise<Order> {
    const price = await this.prices.priceOf(productId);
    if (price === null) {
      throw new ProblemException(
        HttpStatus.UNPROCESSABLE_ENTITY,
        'ERR_PRODUCT_UNKNOWN',
        'There is no such product.',
      );
    }
    const createdAt = new Date().toISOString();
    const order = {
      id: randomUUID(),
      productId,
      quantity,
      price,
      total: price * quantity,
      createdAt,
    };
    const own = this.#ordersByUser.get(userId) ?? new Map<string, Order>();
    this.#ordersByUser.set(userId, own.set(order.id, order));
    this.feed.publish(userId, { event: 'order-created', data: order });
    return order;
  }
}
