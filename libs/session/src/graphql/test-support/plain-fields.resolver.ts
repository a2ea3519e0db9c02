import { ResolveField, Resolver } from '@nestjs/graphql';
import { SessionContext } from '../../context/session-context.js';
import { CurrentSession } from '../../guard/current-session.decorator.js';
import type { Session } from '../../session/session.js';
import { Order } from './shop.types.js';

/** Fields without guards. */
@Resolver(() => Order)
export class PlainFieldsResolver {
  constructor(private readonly context: SessionContext) {}

  @ResolveField(() => String)
  owner(@CurrentSession() session: Session): string {
    return session.user.username;
  }

  @ResolveField(() => String)
  seller(): string {
    return this.context.requireSession().user.username;
  }
}
