import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseError } from 'pg';
import { DatabaseUnavailableError } from './database-unavailable.error';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
export const UNIQUE_VIOLATION = '23505';

/**
 * The states in which PostgreSQL is there and cannot serve: a lost connection (class 08), too many
 * of them (53300), a lock, a statement or a transaction that took too long (55P03, 57014, 25P03),
 * a server that stops or starts (57P01 to 57P05).
 */
const UNAVAILABLE = /^(08...|53300|55P03|57014|25P03|57P0[1-5])$/;

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
