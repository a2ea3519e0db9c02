import { ProblemException } from '@app/platform';
import { denialOf } from 'nest-sessions/calls';
import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom, of, retry, throwError, timeout } from 'rxjs';
import { PRODUCTS_CLIENT } from './products-client.token';

/** How long the products service may take, in milliseconds. */
const ANSWER_TIMEOUT = 1_000;

/** What this service knows of a product: what the products service says. */
interface Product {
  id: string;
  /** In cents. */
  price: number;
}

/** Asks the products service what things cost, on behalf of the user who is served. */
@Injectable()
export class ProductPrices {
  constructor(@Inject(PRODUCTS_CLIENT) private readonly products: ClientProxy) {}

  /**
   * The price of a product in cents, or `null` when there is no such product.
   *
   * @throws SessionException 401 or 403 when the user may not ask it.
   * @throws ProblemException 503 when the products service does not answer.
   */
  async priceOf(productId: string): Promise<number | null> {
    const answer = this.products
      .send<Product | null>('products.find', { id: productId })
      // The called instance may be shutting down. A denial is final.
      .pipe(
        retry({
          count: 1,
          delay: (error: unknown) => (denialOf(error) ? throwError(() => error) : of(0)),
        }),
      );
    try {
      const product = await firstValueFrom(answer.pipe(timeout(ANSWER_TIMEOUT)));
      return product?.price ?? null;
    } catch (error) {
      const denial = denialOf(error);
      if (denial) throw denial;
      throw new ProblemException(
        HttpStatus.SERVICE_UNAVAILABLE,
        'ERR_PRODUCTS_UNAVAILABLE',
        'The price cannot be had at the moment: the products service does not answer. Try again.',
        { headers: { 'Retry-After': '1' } },
      );
    }
  }
}
