// #region controller
import { Controller, Get, Inject } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import { denialOf } from 'nest-sessions/calls';
import { catchError, throwError } from 'rxjs';

export const PRODUCTS_CLIENT = Symbol('products-client');

@Controller('orders/prices')
export class PricesController {
  constructor(@Inject(PRODUCTS_CLIENT) private readonly products: ClientProxy) {}

  @Get()
  list() {
    return this.products
      .send<object>('products.prices', {})
      .pipe(catchError((error: unknown) => throwError(() => denialOf(error) ?? error)));
  }
}
// #endregion controller
