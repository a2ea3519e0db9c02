import { ReadinessDetails } from '@app/platform';
import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuthEnvironment } from '../auth.environment';
import type { Database } from '../database/database';
import { DatabaseModule } from '../database/database.module';
import { DATABASE } from '../database/database.token';
import { PasswordHasher } from '../passwords/password-hasher';
import { PasswordQueue } from '../passwords/password-queue';
import { PasswordQueueMetrics } from '../passwords/password-queue.metrics';
import { seedDemoUsers } from './demo-users';
import { UserErrorsInterceptor } from './user-errors.interceptor';
import { UsersService } from './users.service';

@Module({
  imports: [
    DatabaseModule.forRootAsync({
      inject: [AuthEnvironment],
      useFactory: ({ DATABASE_URL, DATA_DIR }: AuthEnvironment) => ({
        databaseUrl: DATABASE_URL,
        dataDir: DATA_DIR,
      }),
    }),
  ],
  providers: [
    {
      provide: PasswordQueue,
      inject: [AuthEnvironment],
      useFactory: ({ BCRYPT_CONCURRENCY, BCRYPT_QUEUE }: AuthEnvironment) =>
        new PasswordQueue(BCRYPT_CONCURRENCY, BCRYPT_QUEUE),
    },
    {
      provide: PasswordHasher,
      inject: [AuthEnvironment, PasswordQueue],
      useFactory: ({ BCRYPT_COST }: AuthEnvironment, queue: PasswordQueue) =>
        new PasswordHasher(BCRYPT_COST, queue),
    },
    PasswordQueueMetrics,
    UsersService,
    { provide: APP_INTERCEPTOR, useClass: UserErrorsInterceptor },
  ],
  exports: [UsersService],
})
export class UsersModule implements OnApplicationBootstrap {
  constructor(
    private readonly users: UsersService,
    private readonly environment: AuthEnvironment,
    @Inject(DATABASE) database: Database,
    details: ReadinessDetails,
  ) {
    details.add('users', () => {
      const { failure } = database;
      return failure === null ? { status: 'up' } : { status: 'down', code: failure };
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.environment.DEMO_USERS) await seedDemoUsers(this.users);
  }
}
