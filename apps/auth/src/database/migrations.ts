import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { queryError } from './query-error';

/** Next to this file: in the sources and, through rspack.config.js, in the bundle. */
const MIGRATIONS_FOLDER = join(__dirname, 'migrations');

/** Advisory lock of this app's migrations. Any number works, as long as it does not change. */
const MIGRATION_LOCK = 7_305_814_422;

/** Longest wait for the migrations of another instance, in milliseconds. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Brings the schema of the database up to date. Several instances may do so at once: they take turns with a
 * lock that PostgreSQL releases when the connection ends. The later instances find nothing left to do.
 *
 * @throws the error of PostgreSQL or of the connection; unfinished migrations are then rolled back
 */
export async function applyMigrations(connection: ClientConfig): Promise<void> {
  // A separate connection: a migration may take longer than the queries of the app.
  const client = new Client({ ...connection, lock_timeout: LOCK_TIMEOUT_MS });
  // An error outside a query would end the process; inside a query, the query reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
  } catch (error) {
    throw queryError(error);
  } finally {
    await client.end();
  }
}
