import { type ClientConfig } from 'pg';

/** Where the embedded PostgreSQL answers, and as whom the auth app signs in there. */
export interface PostgresAddress {
  readonly port: number;
  readonly password: string;
}

/** The role that owns the user database. It is no superuser, unlike `postgres`. */
export const APP_ROLE = 'auth';
export const DATABASE_NAME = 'users';
export const LOOPBACK = '127.0.0.1';

/** The settings of a connection to the user database of the embedded PostgreSQL. */
export function connectionTo({ port, password }: PostgresAddress): ClientConfig {
  return {
    host: LOOPBACK,
    port,
    user: APP_ROLE,
    password,
    database: DATABASE_NAME,
    // Said outright, so that a PGSSLMODE meant for another server is not taken up.
    ssl: false,
  };
}
