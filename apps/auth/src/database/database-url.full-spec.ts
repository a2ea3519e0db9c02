import { openDatabase } from './database';
import { DebianPostgres } from './testing/debian-postgres';
import { describeWithDebian } from './testing/every-postgres';
import { failureOf } from './testing/failure-of';

describeWithDebian('DATABASE_URL of a system PostgreSQL', () => {
  let server: DebianPostgres;

  beforeAll(async () => {
    server = await DebianPostgres.start();
  });
  afterAll(() => server.stop());

  it('accepts a password with characters that a URL must escape', async () => {
    const database = await openDatabase({ databaseUrl: server.url(), dataDir: '' });
    expect(database.description).toBe(
      `PostgreSQL at 127.0.0.1:${server.port}, database "postgres"`,
    );
    await database.close();
  });

  it('reports a wrong password', async () => {
    await expect(failureOf(server.url({ password: 's3cret' }))).resolves.toMatch(
      /rejects the user or the password/,
    );
  });

  it('reports a database that does not exist', async () => {
    await expect(failureOf(server.url({ database: 'missing' }))).resolves.toMatch(
      /has no database "missing": create it/,
    );
  });

  it('reports a user without permission to create tables', async () => {
    await server.query("create role reader login password 's3cret'");
    await expect(failureOf(server.url({ user: 'reader', password: 's3cret' }))).resolves.toMatch(
      /may not create tables .* grant it CREATE/,
    );
  });

  it('times out when the server is frozen', async () => {
    server.freeze();
    await expect(failureOf(server.url())).resolves.toMatch(/no server answers/);
  });
});
