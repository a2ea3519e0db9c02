import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentSession } from '../../guard/current-session.decorator.js';
import { CurrentUser } from '../../guard/current-user.decorator.js';
import { OptionalSession } from '../../roles/optional-session.decorator.js';
import { Public } from '../../roles/public.decorator.js';
import { Roles } from '../../roles/roles.decorator.js';
import type { Session } from '../../session/session.js';
import type { SessionUser } from '../../session/session-types.js';
import { Order } from './shop.types.js';

/** Fields with requirements of their own. */
@Resolver(() => Order)
export class OrderFieldsResolver {
  @Roles('admin')
  @ResolveField(() => String)
  cost(@Parent() { id }: Order, @CurrentUser() user: SessionUser): string {
    return `${id}:${user.username}`;
  }

  @ResolveField(() => String)
  owner(@CurrentSession() session: Session): string {
    return session.user.username;
  }

  /** Differs for callers of the role. Returns the session after a pause, in which other fields are resolved. */
  @OptionalSession()
  @ResolveField(() => String)
  price(@CurrentUser() user: SessionUser | null): string {
    return user === null ? 'list price' : `price for ${user.username}`;
  }

  @Public()
  @ResolveField(() => String)
  label(@Parent() { id }: Order): string {
    return `Order ${id}`;
  }
}
