import { Args, Info, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { SessionContext } from '../../context/session-context.js';
import { sessionRequired } from '../../errors/session-exception.js';
import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import { CurrentSession } from '../../guard/current-session.decorator.js';
import { CurrentUser } from '../../guard/current-user.decorator.js';
import { SessionManager } from '../../issuer/session.manager.js';
import { OptionalSession } from '../../roles/optional-session.decorator.js';
import { Public } from '../../roles/public.decorator.js';
import { RequireRecentSignIn } from '../../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../../roles/roles.decorator.js';
import { SkipCache } from '../../roles/skip-cache.decorator.js';
import type { Session } from '../../session/session.js';
import type { SessionUser } from '../../session/session-types.js';
import { Events } from './events.js';
import { Order } from './shop.types.js';

/** Operations with every decorator. */
@Resolver()
export class ShopResolver {
  constructor(
    private readonly context: SessionContext,
    private readonly manager: SessionManager,
    private readonly events: Events,
  ) {}

  @Query(() => String)
  me(@CurrentUser() user: SessionUser, @CurrentSession() session: Session): string {
    return [user.username, session.user.username, this.context.user?.username].join();
  }

  @Public()
  @Query(() => String)
  status(): string {
    return 'up';
  }

  @OptionalSession()
  @Query(() => String)
  greeting(@CurrentUser() user: SessionUser | null): string {
    return `Hello, ${user?.username ?? 'guest'}`;
  }

  @Roles('orders')
  @Query(() => [Order])
  orders(@Args('count', { type: () => Int, defaultValue: 1 }) count: number): Order[] {
    return Array.from({ length: count }, (_, index) => ({ id: `o-${String(index)}` }));
  }

  /** Allows shared caches to store it, as the guard must not let it. */
  @Query(() => String)
  hinted(
    @Info() { cacheControl }: { cacheControl?: { setCacheHint(hint: object): void } },
  ): string {
    cacheControl?.setCacheHint({ maxAge: 60, scope: 'PUBLIC' });
    return 'hinted';
  }

  @Public()
  @Query(() => String)
  shared(
    @Info() { cacheControl }: { cacheControl?: { setCacheHint(hint: object): void } },
  ): string {
    cacheControl?.setCacheHint({ maxAge: 60, scope: 'PUBLIC' });
    return 'shared';
  }

  @SkipCache()
  @Query(() => String)
  fresh(): string {
    return 'fresh';
  }

  @RequireRecentSignIn('5m')
  @Query(() => Boolean)
  recent(): boolean {
    return true;
  }

  @Mutation(() => Boolean)
  buy(): boolean {
    return true;
  }

  @Mutation(() => String)
  sign(@CurrentUser() user: SessionUser): string {
    return user.username;
  }

  @Public()
  @Mutation(() => Boolean)
  forget(): boolean {
    return true;
  }

  @Mutation(() => Boolean)
  async signOut(@CurrentSession() session: Session): Promise<boolean> {
    return (await this.manager.revoke(session.id)) !== null;
  }

  @Query(() => String)
  denied(): string {
    throw sessionRequired();
  }

  @Query(() => String)
  away(): string {
    throw new SessionStoreUnavailableError();
  }

  @Roles('orders')
  @Subscription(() => Int)
  ticks(): AsyncIterator<{ ticks: number }> {
    return this.events.numbers('ticks');
  }

  @Roles('orders')
  @Subscription(() => Int, { filter: ({ even }: { even: number }) => even % 2 === 0 })
  even(): AsyncIterator<{ even: number }> {
    return this.events.numbers('even');
  }

  @Roles('orders')
  @Subscription(() => Int)
  three(): AsyncIterator<{ three: number }> {
    return this.events.three('three');
  }

  @Subscription(() => Order)
  placed(): AsyncIterator<{ placed: Order }> {
    return this.events.orders();
  }

  /** Takes the role away after the guard has decided, and before its first event. */
  @Roles('orders')
  @Subscription(() => Int)
  async demoting(@CurrentUser() user: SessionUser): Promise<AsyncIterator<{ demoting: number }>> {
    await this.manager.setRoles(user.id, ['other']);
    return this.events.numbers('demoting');
  }

  @Public()
  @Subscription(() => Int)
  news(): AsyncIterator<{ news: number }> {
    return this.events.numbers('news');
  }
}
