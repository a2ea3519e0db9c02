import { Client, type DatabaseError, type ClientConfig } from 'pg';

const EXAMPLE = 'postgres://user:password@host:5432/database';

/** What a `DATABASE_URL` says. */
export interface DatabaseLocation {
  readonly connection: ClientConfig;
  /** Host and port, which may be shown, unlike the URL with its password. */
  readonly address: string;
  readonly database: string;
}

/** @throws Error when it is no PostgreSQL URL; the message does not repeat it */
export function parseDatabaseUrl(databaseUrl: string): DatabaseLocation {
  try {
    if (!/^postgres(ql)?:$/.test(new URL(databaseUrl).protocol)) throw new TypeError('protocol');
    const connection = { connectionString: databaseUrl };
    // The driver knows the defaults, and what else a URL can say.
    const { host, port, database = '' } = new Client(connection);
    return { connection, address: `${host}:${port}`, database };
  } catch {
    // Without the cause, which carries the URL.
    throw new Error(`DATABASE_URL: not a PostgreSQL URL; one looks like ${EXAMPLE}`);
  }
}

/** What is wrong with a database that could not be opened, and how to mend it. */
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
      return `nothing answers at ${address}: start PostgreSQL there, or name another`;
    case '28000':
    case '28P01':
      return `PostgreSQL at ${address} refuses the user or the password: put the right ones there`;
    case '3D000':
      return `PostgreSQL at ${address} has no database "${database}": make it, or name another`;
    case '42501':
      return (
        `the user may not make tables in "${database}" at ${address}: ` +
        `GRANT CREATE ON DATABASE and ON SCHEMA public to it`
      );
    default:
      return `the database "${database}" at ${address} cannot be used: ${textOf(error)}`;
  }
}

function codeOf(error: unknown): string | undefined {
  // What the driver says when its connection timeout has passed; it has no code.
  if (error instanceof Error && error.message === 'timeout expired') return 'ETIMEDOUT';
  return (error as NodeJS.ErrnoException | DatabaseError).code;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
