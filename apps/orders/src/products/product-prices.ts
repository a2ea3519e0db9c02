import { ProblemException } from '@app/platform';
import { denialOf } from 'nest-sessions/calls';
import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom, of, retry, throwError, timeout } from 'rxjs';
import { PRODUCTS_CLIENT } from './products-client.token';

/** Longest wait for the products service, in milliseconds. */
const ANSWER_TIMEOUT = 1_000;

/** Product as the products service returns it, as far as this service uses it. */
interface Product {
  id: string;
  /** In cents. */
  price: number;
}

/** Requests prices from the products service on behalf of the current user. */
@Injectable()
export class ProductPrices {
  constructor(@Inject(PRODUCTS_CLIENT) private readonly products: ClientProxy) {}

  /**
   * Returns the price of a product in cents, or `null` when there is no such product.
   *
   * @throws SessionException 401 or 403 when the user may not call the products service.
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
        'The price is unavailable, because the products service does not answer. Try again.',
        { headers: { 'Retry-After': '1' } },
      );
    }
  }
}
