import {
  Args,
  Float,
  Mutation,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';
import { Order } from './order.model.js';
import { Orders } from './orders.js';

@Resolver(() => Order)
export class OrdersResolver {
  constructor(private readonly store: Orders) {}

  @Query(() => [Order]) // any signed-in user
  orders(): readonly Order[] {
    return this.store.latest;
  }

  @Mutation(() => Order)
  @Roles('orders:write') // without the role, an error with the code ERR_SESSION_ROLE_REQUIRED
  placeOrder(@Args('product') product: string, @CurrentUser() user: SessionUser): Promise<Order> {
    return this.store.place(product, user.username);
  }

  @ResolveField(() => Float, { nullable: true })
  @Roles('costs') // without the role, this field is null, and the others are not
  cost(@Parent() { product }: Order): number {
    return product.length * 1.5;
  }

  @Subscription(() => Order) // until the session ends
  orderPlaced(): AsyncIterableIterator<unknown> {
    return this.store.placed();
  }
}
