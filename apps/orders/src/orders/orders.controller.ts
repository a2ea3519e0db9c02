import {
  CurrentUser,
  RequireRecentSignIn,
  Roles,
  type SessionUser,
  SkipCache,
} from 'nest-sessions';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { CreateOrderDto } from './create-order.dto';
import { Order } from './order';
import { OrdersService } from './orders.service';

/** Orders of the current user. The module's `requiredRole` admits only users with the role `orders`. */
@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  @ApiOkResponse({ type: [Order] })
  findAll(@CurrentUser() user: SessionUser): Order[] {
    return this.orders.findAllOf(user.id);
  }

  @Get(':id')
  @ApiOkResponse({ type: Order })
  @ApiNotFoundResponse({ description: "No such order, or another user's: the answer is the same." })
  find(@CurrentUser() user: SessionUser, @Param('id') id: string): Order {
    const order = this.orders.findOneOf(user.id, id);
    if (order === null) throw new NotFoundException('There is no such order.');
    return order;
  }

  @Post()
  @Roles('orders:write')
  @SkipCache() // a logout takes effect at once, even with the near-cache
  @ApiCreatedResponse({ type: Order })
  create(@CurrentUser() user: SessionUser, @Body() order: CreateOrderDto): Promise<Order> {
    return this.orders.create(user.id, order);
  }

  @Delete(':id')
  @Roles('orders:write')
  @RequireRecentSignIn('5m') // after an older sign-in, the 403 says where to re-authenticate
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse()
  @ApiForbiddenResponse({ description: 'A missing role, or a sign-in that is too old.' })
  @ApiNotFoundResponse({ description: "No such order, or another user's: the answer is the same." })
  remove(@CurrentUser() user: SessionUser, @Param('id') id: string): void {
    if (!this.orders.remove(user.id, id)) throw new NotFoundException('There is no such order.');
  }
}
