import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type Database } from './database';
import { DatabaseModule } from './database.module';
import { DatabaseUnavailableError } from './database-unavailable.error';
import { DATABASE } from './database.token';
import { TEMPORARY } from './embedded-postgres';
import { users } from './schema';
import { sharedPostgres } from './testing/every-postgres';

@Injectable()
class Counter {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  count(): Promise<number> {
    return this.database.run((queries) => queries.$count(users));
  }
}

describe('DatabaseModule', () => {
  const postgres = sharedPostgres();

  @Module({
    imports: [
      DatabaseModule.forRootAsync({
        useFactory: () => ({ databaseUrl: postgres.url, dataDir: TEMPORARY }),
      }),
    ],
    providers: [Counter],
  })
  class AppModule {}

  it('gives the app an open database, and closes it on shutdown', async () => {
    const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
    await app.init();
    const counter = app.get(Counter);
    await expect(counter.count()).resolves.toBe(0);
    await app.close();
    await expect(counter.count()).rejects.toBeInstanceOf(DatabaseUnavailableError);
  });

  it('prevents the app from starting without a database', async () => {
    const options = { databaseUrl: 'postgres://127.0.0.1:1/users', dataDir: TEMPORARY };
    await expect(
      Test.createTestingModule({ imports: [DatabaseModule.forRoot(options)] }).compile(),
    ).rejects.toThrow('DATABASE_URL: no server answers at 127.0.0.1:1');
  });
});
