import { sql } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { inspect } from 'node:util';
import { type Database, openDatabase } from '../database';
import { DatabaseUnavailableError } from '../database-unavailable.error';
import { UNIQUE_VIOLATION } from '../query-error';
import { users } from '../schema';
import { type TestPostgres } from './every-postgres';
import { eventually } from '../../../../../tools/testing/eventually';

const SECRET = 'a hash that must not be shown';

/** Tests of the database on a running, empty PostgreSQL. */
export function databaseSuite(postgres: TestPostgres): void {
  const open: Database[] = [];
  const problems: string[] = [];

  async function openAnother(): Promise<Database> {
    const database = await openDatabase({ databaseUrl: postgres.url, dataDir: '' }, (problem) =>
      problems.push(problem),
    );
    open.push(database);
    return database;
  }

  const countUsers = (database: Database) => database.run((queries) => queries.$count(users));

  /** Ends all connections that are idle inside a transaction, as an operator or a failover does. */
  async function endTransactions(database: Database): Promise<void> {
    await database.run((queries) =>
      queries.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and state = 'idle in transaction'`,
      ),
    );
  }

  afterEach(async () => {
    await Promise.all(open.splice(0).map((database) => database.close()));
    problems.length = 0;
  });

  it('is migrated once when several instances start at the same time', async () => {
    const [database] = await Promise.all([openAnother(), openAnother(), openAnother()]);
    const { rows } = await database.run((queries) =>
      queries.execute(sql`select hash from drizzle.__drizzle_migrations`),
    );
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length);
    await expect(countUsers(database)).resolves.toBe(0);
  });

  it('reports a read-only server as unavailable, with the error code', async () => {
    const database = await openAnother();
    const change = database.transaction(async (queries) => {
      await queries.execute(sql`set transaction read only`);
      await queries.insert(users).values({ username: 'alice', passwordHash: SECRET });
    });
    await expect(change).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(database.failure).toBe('25006');
    expect(problems).toEqual([
      expect.stringMatching(/^the user database cannot answer: .*read-only transaction/),
    ]);
    expect(inspect(problems)).not.toContain(SECRET);
    await expect(countUsers(database)).resolves.toBe(0);
  });

  it('keeps its data when it is opened again', async () => {
    const database = await openAnother();
    await database.run((queries) =>
      queries.insert(users).values({ username: 'alice', passwordHash: SECRET }),
    );
    await expect(countUsers(await openAnother())).resolves.toBe(1);
  });

  it('rejects a username in upper case', async () => {
    const database = await openAnother();
    await expect(
      database.run((queries) =>
        queries.insert(users).values({ username: 'Bob', passwordHash: SECRET }),
      ),
    ).rejects.toMatchObject({ constraint: 'users_username_lower_case' });
  });

  it.each([
    ['what is there already', 'alice', UNIQUE_VIOLATION],
    ['what a check forbids', 'UPPER', '23514'],
    ['what is no text', 'nul \0', '22021'],
  ])('rejects %s without revealing the query parameters', async (_what, username, code) => {
    const database = await openAnother();
    const insert = () =>
      database.run((queries) => queries.insert(users).values({ username, passwordHash: SECRET }));
    const failure: unknown = await insert().then(insert, (error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseError);
    expect(failure).toMatchObject({ code });
    expect(inspect(failure, { depth: null, showHidden: true })).not.toContain(SECRET);
  });

  it('reveals no query parameters when a transaction fails', async () => {
    const database = await openAnother();
    const failure: unknown = await database
      .transaction((queries) =>
        queries.insert(users).values({ username: 'UPPER', passwordHash: SECRET }),
      )
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseError);
    expect(inspect(failure, { depth: null, showHidden: true })).not.toContain(SECRET);
  });

  it('rolls a transaction back when the work throws, and rethrows the error', async () => {
    const database = await openAnother();
    const before = await countUsers(database);
    const failure = new Error('work');
    await expect(
      database.transaction(async (queries) => {
        await queries.insert(users).values({ username: 'gone', passwordHash: SECRET });
        throw failure;
      }),
    ).rejects.toBe(failure);
    await expect(countUsers(database)).resolves.toBe(before);
  });

  it('survives the loss of a connection between two queries of a transaction', async () => {
    const database = await openAnother();
    const before = await countUsers(database);
    await expect(
      database.transaction(async (queries) => {
        await queries.insert(users).values({ username: 'gone', passwordHash: SECRET });
        await endTransactions(database);
      }),
    ).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await expect(countUsers(database)).resolves.toBe(before);
  });

  it('survives the loss of idle connections, and reports it', async () => {
    const database = await openAnother();
    await countUsers(database);
    const other = await openAnother();
    await other.run((queries) =>
      queries.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and state = 'idle'
                and pid <> pg_backend_pid()`,
      ),
    );
    await eventually(() => problems.length > 0);
    expect(problems[0]).toMatch('a connection to the user database was lost');
    await countUsers(database);
  });

  it('is unavailable once it is closed', async () => {
    const database = await openAnother();
    await database.close();
    open.length = 0;
    await expect(countUsers(database)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await expect(database.transaction((queries) => queries.$count(users))).rejects.toBeInstanceOf(
      DatabaseUnavailableError,
    );
  });
}
