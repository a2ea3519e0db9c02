import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { queryError } from './query-error';

/** Beside this file: from the sources and, as rspack.config.js sees to, from the bundle. */
const MIGRATIONS_FOLDER = join(__dirname, 'migrations');

/** The advisory lock of the migrations of this app. Any number does, as long as it stays. */
const MIGRATION_LOCK = 7_305_814_422;

/** How long another instance's migrations are waited for, in milliseconds. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Brings the schema of the database up to date. Several instances may do so at once: they take
 * turns, by a lock that PostgreSQL frees when the connection ends, and the later ones find nothing
 * left to do.
 *
 * @throws what PostgreSQL or the connection fails with; what was begun is rolled back then
 */
export async function applyMigrations(connection: ClientConfig): Promise<void> {
  // A connection of its own: a migration may rightly take longer than the queries of the app.
  const client = new Client({ ...connection, lock_timeout: LOCK_TIMEOUT_MS });
  // An error outside of a query would end the process; inside, the query reports it.
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
