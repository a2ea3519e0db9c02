import { Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentUser, Public, RequireRecentSignIn, Roles, type SessionUser } from 'nest-sessions';
import { OrderFeed } from './order-feed.js';
import { Order } from './order.model.js';

@Roles('orders')
@Resolver(() => Order)
export class OrdersResolver {
  constructor(private readonly feed: OrderFeed) {}

  @Query(() => [Order])
  orders(): Order[] {
    return [{ id: 'o-1' }];
  }

  @Public()
  @Query(() => String)
  status(): string {
    return 'up';
  }

  @Mutation(() => Order)
  @RequireRecentSignIn('5m')
  async placeOrder(@CurrentUser() user: SessionUser): Promise<Order> {
    const order = { id: 'o-2' };
    await this.feed.place(user.id, order);
    return order;
  }

  @ResolveField(() => Number)
  @Roles('admin') // for this field alone
  cost(@Parent() order: Order): number {
    return order.id.length;
  }

  @Subscription(() => Order)
  orderPlaced(@CurrentUser() user: SessionUser) {
    return this.feed.ofUser(user.id);
  }
}
