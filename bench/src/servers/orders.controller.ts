import { Controller, Get } from '@nestjs/common';

const ORDERS = [
  { id: 1, product: 'Notebook', quantity: 2 },
  { id: 2, product: 'Pencil', quantity: 12 },
];

/** Body of every authorized answer, to the byte. */
export const ANSWER = JSON.stringify(ORDERS);

/** The one route, with the least work of its own. */
@Controller('orders')
export class OrdersController {
  @Get()
  list() {
    return ORDERS;
  }
}
