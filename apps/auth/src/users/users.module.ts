import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuthEnvironment } from '../auth.environment';
import { DatabaseModule } from '../database/database.module';
import { PasswordHasher } from '../passwords/password-hasher';
import { PasswordQueue } from '../passwords/password-queue';
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
      provide: PasswordHasher,
      inject: [AuthEnvironment],
      useFactory: ({ BCRYPT_COST, BCRYPT_CONCURRENCY, BCRYPT_QUEUE }: AuthEnvironment) =>
        new PasswordHasher(BCRYPT_COST, new PasswordQueue(BCRYPT_CONCURRENCY, BCRYPT_QUEUE)),
    },
    UsersService,
    { provide: APP_INTERCEPTOR, useClass: UserErrorsInterceptor },
  ],
  exports: [UsersService],
})
export class UsersModule implements OnApplicationBootstrap {
  constructor(
    private readonly users: UsersService,
    private readonly environment: AuthEnvironment,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.environment.DEMO_USERS) await seedDemoUsers(this.users);
  }
}
