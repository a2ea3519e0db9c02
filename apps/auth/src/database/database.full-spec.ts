import { type Database, openDatabase } from './database';
import { DatabaseUnavailableError } from './database-unavailable.error';
import { users } from './schema';
import { databaseSuite } from './testing/database.suite';
import { DebianPostgres } from './testing/debian-postgres';
import { debianPostgres, describeWithDebian } from './testing/every-postgres';

describe('Database', () => {
  describeWithDebian('on the system PostgreSQL', () => {
    databaseSuite(debianPostgres());
  });

  describeWithDebian('on a frozen server', () => {
    let server: DebianPostgres;
    let database: Database;

    beforeAll(async () => {
      server = await DebianPostgres.start();
      database = await openDatabase({ databaseUrl: server.url(), dataDir: '' });
    });

    afterAll(async () => {
      await database.close();
      await server.stop();
    });

    it('fails instead of hanging', async () => {
      const count = () => database.run((queries) => queries.$count(users));
      // Of the calls below, some have a connection, some open a new connection, and some wait for a
      // connection.
      await Promise.all([count(), count()]);
      server.freeze();
      const attempts = await Promise.allSettled([
        count(),
        database.transaction((queries) => queries.$count(users)),
        ...Array.from({ length: 10 }, count),
      ]);
      for (const attempt of attempts) {
        expect(attempt).toEqual({
          status: 'rejected',
          reason: expect.any(DatabaseUnavailableError) as Error,
        });
      }
    });
  });
});
