import { Controller, Get } from '@nestjs/common';

const ORDERS = [
  { id: 1, product: 'Notebook', quantity: 2 },
  { id: 2, product: 'Pencil', quantity: 12 },
];

/** What every request that is let in is answered with, to the byte. */
export const ANSWER = JSON.stringify(ORDERS);

/** The one route: what it does itself is as little as can be. */
@Controller('orders')
export class OrdersController {
  @Get()
  list() {
    return ORDERS;
  }
}
