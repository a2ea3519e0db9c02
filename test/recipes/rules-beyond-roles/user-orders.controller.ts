import { Controller, Get, Put } from '@nestjs/common';
import { Can } from './casl.authorizer.js';

@Controller('users/:ownerId/orders')
export class UserOrdersController {
  @Get()
  @Can('read', 'Order')
  list() {
    return 'the orders of a user';
  }

  @Put()
  @Can('update', 'Order')
  update() {
    return 'updated';
  }
}
