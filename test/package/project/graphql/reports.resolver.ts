import { setTimeout as delay } from 'node:timers/promises';
import { Query, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';

@Resolver()
export class ReportsResolver {
  @Query(() => String)
  me(@CurrentUser() user: SessionUser): string {
    return user.username;
  }

  @Query(() => String)
  @Roles('admin')
  report(): string {
    return 'report';
  }

  @Subscription(() => Number)
  async *count(): AsyncGenerator<{ count: number }> {
    for (let count = 0; ; count += 1) {
      yield { count };
      await delay(20);
    }
  }
}
