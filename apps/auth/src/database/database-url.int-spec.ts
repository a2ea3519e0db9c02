import { inspect } from 'node:util';
import { openDatabase } from './database';
import { parseDatabaseUrl } from './database-url';
import { freePort } from './embedded/free-port';
import { DebianPostgres } from './testing/debian-postgres';
import { describeWithDebian } from './testing/every-postgres';

/** The error with which the database does not open, as a log would show it. */
async function failureOf(databaseUrl: string): Promise<string> {
  const error: unknown = await openDatabase({ databaseUrl, dataDir: '' }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Error);
  const shown = inspect(error, { depth: null, showHidden: true });
  for (const secret of ['s3cret', encodeURIComponent('p@ss/wörd:%23'), 'p@ss/wörd:%23']) {
    expect(shown).not.toContain(secret);
  }
  return (error as Error).message;
}

describe('DATABASE_URL', () => {
  it.each([
    ['postgres://user:s3cret@db.example:6543/people', 'db.example:6543', 'people'],
    ['postgresql://user:s3cret@db.example/people', 'db.example:5432', 'people'],
  ])('takes %s apart', (url, address, database) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ address, database });
  });

  it.each([
    '',
    'localhost:5432',
    'mysql://user:s3cret@localhost/users',
    'http://user:s3cret@localhost/users',
    'postgres://user:s3cret@local host/users',
    'postgres://user:s3cret%@localhost/users?sslmode=require&sslcert=/missing/s3cret.pem',
  ])('is not %j', async (url) => {
    await expect(failureOf(url)).resolves.toMatch(/^DATABASE_URL: not a PostgreSQL URL/);
  });

  it('names the host and the port when nothing answers there', async () => {
    const port = await freePort();
    await expect(failureOf(`postgres://user:s3cret@127.0.0.1:${port}/users`)).resolves.toBe(
      `DATABASE_URL: nothing answers at 127.0.0.1:${port}: start PostgreSQL there, or name another`,
    );
    await expect(failureOf(`postgres://user:s3cret@localhost:${port}/users`)).resolves.toMatch(
      `nothing answers at localhost:${port}`,
    );
  });

  it('says so when the host does not exist', async () => {
    await expect(failureOf('postgres://user:s3cret@db.invalid/users')).resolves.toMatch(
      'nothing answers at db.invalid:5432',
    );
  });

  describeWithDebian('of a server that runs', () => {
    let server: DebianPostgres;

    beforeAll(async () => {
      server = await DebianPostgres.start();
    });
    afterAll(() => server.stop());

    it('takes a password with characters that a URL must escape', async () => {
      const database = await openDatabase({ databaseUrl: server.url(), dataDir: '' });
      expect(database.description).toBe(
        `PostgreSQL at 127.0.0.1:${server.port}, database "postgres"`,
      );
      await database.close();
    });

    it('tells a wrong password', async () => {
      await expect(failureOf(server.url({ password: 's3cret' }))).resolves.toMatch(
        /refuses the user or the password/,
      );
    });

    it('tells a database that does not exist', async () => {
      await expect(failureOf(server.url({ database: 'missing' }))).resolves.toMatch(
        /has no database "missing": make it/,
      );
    });

    it('tells a user who may not make tables', async () => {
      await server.query("create role reader login password 's3cret'");
      await expect(failureOf(server.url({ user: 'reader', password: 's3cret' }))).resolves.toMatch(
        /may not make tables .* GRANT CREATE/,
      );
    });

    it('does not wait for ever for one that is frozen', async () => {
      server.freeze();
      await expect(failureOf(server.url())).resolves.toMatch(/nothing answers/);
    });
  });
});
