import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseError } from 'pg';
import { DatabaseUnavailableError } from './database-unavailable.error';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
export const UNIQUE_VIOLATION = '23505';

/**
 * SQLSTATEs of a PostgreSQL that runs but cannot serve:
 *
 * - connection: lost (class 08), refused user (class 28), missing database (3D000), too many (class 53);
 * - server: read-only (25006), stopping or starting (57P01 to 57P05);
 * - resources: disk or memory full (class 53), error of disk or system (class 58);
 * - concurrency: conflict or deadlock (40001, 40P01), time limit exceeded (55P03, 57014, 25P03).
 */
const UNAVAILABLE =
  /^(08...|25006|25P03|28...|3D000|40001|40P01|53...|55P03|57014|57P0[1-5]|58...)$/;

/**
 * Returns the error to throw for a failed query. Drizzle's own errors quote the parameters of the query,
 * which contain the password hashes: they must not reach a log.
 *
 * @returns the result of {@link driverError} for the cause, or the same error when no query failed
 */
export function queryError(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? driverError(error.cause) : error;
}

/**
 * Returns the error to throw for an error of the driver.
 *
 * @returns DatabaseUnavailableError when the database could not answer, and PostgreSQL's own error when it
 *   rejected the query
 */
export function driverError(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    if (UNAVAILABLE.test(error.code ?? '')) return new DatabaseUnavailableError(error);
    // The detail "Failing row contains (…)" includes the hash.
    error.detail = undefined;
    return error;
  }
  // A TypeError is a defect: a value without a form in SQL. All other errors are the connection's or the
  // pool's.
  return error instanceof TypeError ? error : new DatabaseUnavailableError(error);
}
