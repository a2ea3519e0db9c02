import { Client, type DatabaseError, type ClientConfig } from 'pg';

const EXAMPLE = 'postgres://user:password@host:5432/database';

/** Content of a `DATABASE_URL`. */
export interface DatabaseLocation {
  readonly connection: ClientConfig;
  /** Host and port. Safe to show, unlike the URL with its password. */
  readonly address: string;
  readonly database: string;
}

/** @throws Error when the value is not a PostgreSQL URL; the message does not contain the value */
export function parseDatabaseUrl(databaseUrl: string): DatabaseLocation {
  try {
    if (!/^postgres(ql)?:$/.test(new URL(databaseUrl).protocol)) throw new TypeError('protocol');
    const connection = { connectionString: databaseUrl };
    // The driver knows the defaults and all other parts of a URL.
    const { host, port, database = '' } = new Client(connection);
    return { connection, address: `${host}:${port}`, database };
  } catch {
    // No `cause`: it would contain the URL.
    throw new Error(`DATABASE_URL: must be a PostgreSQL URL, such as ${EXAMPLE}`);
  }
}

/** Returns an error that explains why the database could not be opened and how to fix it. */
export function explainOpenError(error: unknown, location: DatabaseLocation): Error {
  return new Error(`DATABASE_URL: ${explanation(error, location)}`, { cause: error });
}

function explanation(error: unknown, { address, database }: DatabaseLocation): string {
  // https://www.postgresql.org/docs/18/errcodes-appendix.html
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return `no server answers at ${address}: start PostgreSQL there, or set another address`;
    case '28000':
    case '28P01':
      return `PostgreSQL at ${address} rejects the user or the password: correct them`;
    case '3D000':
      return `PostgreSQL at ${address} has no database "${database}": create it, or name another database`;
    case '42501':
      return `the user may not create tables in "${database}" at ${address}: grant it CREATE ON DATABASE and ON SCHEMA public`;
    default:
      return `the database "${database}" at ${address} cannot be used: ${textOf(error)}`;
  }
}

function codeOf(error: unknown): string | undefined {
  // Message of the driver's connection timeout, which has no code.
  if (error instanceof Error && error.message === 'timeout expired') return 'ETIMEDOUT';
  return (error as NodeJS.ErrnoException | DatabaseError).code;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
