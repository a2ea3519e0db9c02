import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseError } from 'pg';
import { DatabaseUnavailableError } from './database-unavailable.error';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
export const UNIQUE_VIOLATION = '23505';

/**
 * The states in which PostgreSQL is there and cannot serve: a lost connection (class 08), a server that takes
 * no changes (25006), that does not let this user in any more (class 28) or has no such database any more
 * (3D000), two transactions that wait for each other (40001, 40P01), no room on the disk or in memory and too
 * many connections (class 53), a lock, a statement or a transaction that took too long (55P03, 57014, 25P03),
 * a server that stops or starts (57P01 to 57P05), an error of its disk or system (class 58).
 */
const UNAVAILABLE =
  /^(08...|25006|25P03|28...|3D000|40001|40P01|53...|55P03|57014|57P0[1-5]|58...)$/;

/**
 * The error to throw for one that a query failed with. Drizzle's own quote the parameters of the
 * query, and that is where the password hashes are: they must not come into a log.
 *
 * @returns what {@link driverError} makes of the reason, or the same error when no query failed
 */
export function queryError(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? driverError(error.cause) : error;
}

/**
 * The error to throw for one of the driver.
 *
 * @returns DatabaseUnavailableError where the database could not answer, and PostgreSQL's own error
 * where it refused
 */
export function driverError(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    if (UNAVAILABLE.test(error.code ?? '')) return new DatabaseUnavailableError(error);
    // "Failing row contains (…)", with the hash in it.
    error.detail = undefined;
    return error;
  }
  // A value that has no form in SQL is a defect; all else is the connection's or the pool's.
  return error instanceof TypeError ? error : new DatabaseUnavailableError(error);
}
