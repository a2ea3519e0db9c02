import { drizzle } from 'drizzle-orm/node-postgres';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool, type ClientConfig } from 'pg';
import { explainOpenError, parseDatabaseUrl } from './database-url';
import { connectionTo } from './embedded/postgres-address';
import { TEMPORARY } from './embedded-postgres';
import { LastingPostgres } from './lasting-postgres';
import { applyMigrations } from './migrations';
import { DatabaseState } from './database-state';
import { DatabaseUnavailableError } from './database-unavailable.error';
import { type Queries } from './queries';
import { driverError, queryError } from './query-error';
import { markOf, type TransactionMark, wasCommitted } from './transaction-outcome';
import * as schema from './schema';

/** Location of the user database. */
export interface DatabaseOptions {
  /** PostgreSQL URL; without it, the app uses an embedded PostgreSQL. */
  readonly databaseUrl?: string | undefined;
  /**
   * Folder for the files of the embedded PostgreSQL, or `temporary` to keep nothing. Unused with a
   * `databaseUrl`.
   */
  readonly dataDir: string;
}

const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 5_000;

/** Longest wait for a row lock, in milliseconds; the request then fails with 503. */
export const LOCK_TIMEOUT_MS = 2_000;

/** Longest wait of {@link Database.close} for a server that does not answer. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Open user database with an up-to-date schema. */
export class Database {
  private readonly queries: Queries;

  constructor(
    private readonly pool: Pool,
    /** Location of the database, without secrets. */
    readonly description: string,
    private readonly state: DatabaseState,
    private readonly server: DatabaseServer,
  ) {
    this.queries = drizzle(pool, { schema });
  }

  /** See {@link DatabaseState.failure}. */
  get failure(): string | null {
    return this.state.failure;
  }

  /**
   * Runs queries, each on any free connection of the pool.
   *
   * @throws DatabaseUnavailableError when the database cannot answer, and PostgreSQL's own error when it
   *   rejects a query; neither contains the parameters of a query
   */
  async run<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    try {
      return await work(this.queries);
    } catch (error) {
      throw this.#noted(queryError(error));
    }
  }

  /**
   * Runs queries in one transaction (READ COMMITTED). It is committed when the work is done, and rolled back
   * when the work throws. When the response to COMMIT is lost, the method asks PostgreSQL for the outcome.
   *
   * @throws any error of the work, and the errors of {@link run}. The transaction is then rolled back, unless
   *   the database stays unavailable after COMMIT: see {@link DatabaseUnavailableError.isUndecided}
   */
  async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw this.#noted(driverError(error));
    });
    let finished: { result: T; mark: TransactionMark } | undefined;
    try {
      const result = await drizzle(client, { schema }).transaction(async (queries) => {
        const result = await work(queries);
        finished = { result, mark: await markOf(queries) };
        return result;
      });
      client.release();
      return result;
    } catch (error) {
      // The rollback may have failed, too. A connection that may still be in a transaction must not serve
      // another query. Closing the connection rolls back for certain.
      client.release(true);
      const failure = this.#noted(queryError(error));
      if (finished === undefined || !(failure instanceof DatabaseUnavailableError)) throw failure;
      if (await wasCommitted(this.queries, finished.mark, failure)) return finished.result;
      throw failure;
    }
  }

  /** Closes the connections, then stops the embedded PostgreSQL if this process started it. */
  async close(): Promise<void> {
    const impatience = new AbortController();
    await Promise.race([
      this.pool.end(),
      delay(CLOSE_TIMEOUT_MS, undefined, { signal: impatience.signal }),
    ]);
    impatience.abort();
    await this.server.stop();
  }

  #noted(error: unknown): unknown {
    if (error instanceof DatabaseUnavailableError) {
      this.state.report(error);
      this.server.check();
    }
    return error;
  }
}

/** Duties of this process for the database server. */
interface DatabaseServer {
  /** Checks the server after a failed query. */
  check(): void;
  stop(): Promise<void>;
}

/** A server that this process does not control. */
const FOREIGN_SERVER: DatabaseServer = { check: () => undefined, stop: () => Promise.resolve() };

/**
 * Opens the user database and brings its schema up to date.
 *
 * @param onProblem receives each failure: a query that could not be served, a lost idle connection, or the
 *   end of an embedded PostgreSQL. The default writes a warning to stderr
 * @param onLoss called when a temporary database has ended, and all its users are lost
 * @throws Error that names the wrong variable and how to fix it, without secrets
 */
export async function openDatabase(
  options: DatabaseOptions,
  onProblem: (message: string) => void = (message) => {
    process.emitWarning(message);
  },
  onLoss: () => void = () => undefined,
): Promise<Database> {
  return options.databaseUrl === undefined
    ? openEmbedded(options.dataDir, onProblem, onLoss)
    : openUrl(options.databaseUrl, onProblem);
}

async function openUrl(
  databaseUrl: string,
  onProblem: (message: string) => void,
): Promise<Database> {
  const location = parseDatabaseUrl(databaseUrl);
  try {
    await applyMigrations({ ...location.connection, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  } catch (error) {
    throw explainOpenError(error, location);
  }
  const pool = openPool(location.connection, onProblem);
  const description = `PostgreSQL at ${location.address}, database "${location.database}"`;
  return new Database(pool, description, new DatabaseState(onProblem), FOREIGN_SERVER);
}

async function openEmbedded(
  dataDir: string,
  onProblem: (message: string) => void,
  onLoss: () => void,
): Promise<Database> {
  const ended = (problem: string) => {
    onProblem(problem);
    if (dataDir === TEMPORARY) onLoss();
    else followServer();
  };
  const postgres = new LastingPostgres(dataDir, ended);
  const connection = connectionTo(await postgres.open());
  try {
    await applyMigrations({ ...connection, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  const pool = openPool(connection, onProblem);
  const followServer = () => {
    // The pool reads its options at the time of each new connection.
    void postgres.open().then(
      ({ port }) => (pool.options.port = port),
      (error: unknown) => {
        onProblem(describe(error));
      },
    );
  };
  const description = `embedded PostgreSQL on port ${String(connection.port)}, files: ${dataDir}`;
  return new Database(pool, description, new DatabaseState(onProblem), {
    check: followServer,
    stop: () => postgres.stop(),
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function openPool(connection: ClientConfig, onProblem: (message: string) => void): Pool {
  const pool = new Pool({
    ...connection,
    application_name: 'nest-sessions-auth',
    max: 10,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    // For a lost or frozen server, which cannot enforce its own timeout.
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    // A process that hangs inside a transaction must not lock the row of a user forever.
    idle_in_transaction_session_timeout: 2 * STATEMENT_TIMEOUT_MS,
  });
  pool.on('error', (error) => {
    // An ended pool does not wait for its connections to close.
    if (!pool.ending) onProblem(`a connection to the user database was lost: ${error.message}`);
  });
  // The pool listens to idle connections only. A connection lost inside a transaction, between two queries,
  // would end the process. With this listener, the next query fails with the reason.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
