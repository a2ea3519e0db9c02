import { type ClientConfig } from 'pg';

/** Port of the embedded PostgreSQL, and the auth app's password for it. */
export interface PostgresAddress {
  readonly port: number;
  readonly password: string;
}

/** Role that owns the user database. Unlike `postgres`, it is not a superuser. */
export const APP_ROLE = 'auth';
export const DATABASE_NAME = 'users';
export const LOOPBACK = '127.0.0.1';

/** Returns the connection settings for the user database of the embedded PostgreSQL. */
export function connectionTo({ port, password }: PostgresAddress): ClientConfig {
  return {
    host: LOOPBACK,
    port,
    user: APP_ROLE,
    password,
    database: DATABASE_NAME,
    // Explicit, so that a PGSSLMODE meant for another server has no effect.
    ssl: false,
  };
}
