import { eq, sql } from 'drizzle-orm';
import { CutProxy, type Fate } from '../../../../tools/testing/cut-proxy';
import { type Database, openDatabase } from './database';
import { DatabaseUnavailableError } from './database-unavailable.error';
import { users } from './schema';
import { sharedPostgres } from './testing/every-postgres';

const COMMIT = /^Q.{4}commit/is;

describe('a transaction whose connection breaks at COMMIT', () => {
  const postgres = sharedPostgres();
  let proxy: CutProxy;
  let database: Database;

  beforeAll(async () => {
    const url = new URL(postgres.url);
    proxy = await CutProxy.to(Number(url.port));
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    database = await openDatabase({ databaseUrl: url.href, dataDir: '' });
  });

  afterAll(async () => {
    proxy.decide = () => 'passes';
    await database.close();
    await proxy.close();
  });

  beforeEach(async () => {
    proxy.decide = () => 'passes';
    await database.run((queries) => queries.delete(users));
  });

  function breakAtCommit(fate: Fate, { forGood = false } = {}): void {
    let isBroken = false;
    proxy.decide = (request) => {
      if (isBroken) return forGood ? 'request lost' : 'passes';
      isBroken = COMMIT.test(request.toString('latin1'));
      return isBroken ? fate : 'passes';
    };
  }

  const insertAlice = () =>
    database.transaction(async (queries) => {
      await queries.insert(users).values({ username: 'alice', passwordHash: '' });
      return 'done';
    });

  const countUsers = () =>
    database.run((queries) => queries.$count(users, eq(users.username, 'alice')));

  it('succeeds when only the response was lost', async () => {
    breakAtCommit('answer lost');

    await expect(insertAlice()).resolves.toBe('done');

    expect(await countUsers()).toBe(1);
  });

  it('fails and holds no lock when COMMIT did not arrive', async () => {
    breakAtCommit('request lost');

    const failure: unknown = await insertAlice().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ isUndecided: false });
    expect(await countUsers()).toBe(0);
    const { rows } = await database.run((queries) =>
      queries.execute(sql`select from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'`),
    );
    expect(rows).toEqual([]);
  });

  it('is undecided when the database stays unavailable', async () => {
    breakAtCommit('answer lost', { forGood: true });

    const failure: unknown = await insertAlice().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DatabaseUnavailableError);
    expect(failure).toMatchObject({ isUndecided: true });
  });

  it('fails without being undecided when it made no changes', async () => {
    breakAtCommit('answer lost');

    await expect(database.transaction((queries) => queries.$count(users))).rejects.toMatchObject({
      isUndecided: false,
    });
  });
});
