import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { DatabaseUnavailableError } from './database-unavailable.error';
import { type Queries } from './queries';

/** Identifies a transaction after its connection is gone. */
export interface TransactionMark {
  /** Process id of the server process that runs the transaction. */
  readonly pid: number;
  /** Transaction id; `null` when the transaction has changed nothing. */
  readonly id: string | null;
}

/** How long an unavailable database is asked for the outcome of a transaction, in milliseconds. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

/**
 * SQLSTATE for a transaction id that PostgreSQL has not reached: it was restarted and kept nothing of the
 * transaction.
 */
const IN_THE_FUTURE = '22023';

/** Returns the mark of the transaction that these queries run in. */
export async function markOf(queries: Queries): Promise<TransactionMark> {
  const { rows } = await queries.execute<{ pid: number; id: string | null }>(
    sql`select pg_backend_pid() as pid, pg_current_xact_id_if_assigned()::text as id`,
  );
  return rows[0] as TransactionMark;
}

/**
 * Returns whether a transaction without a response to its COMMIT was committed. Ends a server process that
 * has not received the COMMIT yet.
 *
 * @see https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-PG-SNAPSHOT `pg_xact_status`
 * @throws DatabaseUnavailableError when the database stays unavailable
 */
export async function wasCommitted(
  queries: Queries,
  mark: TransactionMark,
  failure: DatabaseUnavailableError,
): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const status = await statusOf(queries, mark).catch(() => 'unknown');
    if (status === 'committed') return true;
    if (status === 'aborted') return false;
    await delay(PAUSE_MS);
  }
  throw new DatabaseUnavailableError(failure.cause, { isUndecided: true });
}

/** Returns `aborted` also when there was nothing to commit. */
async function statusOf(queries: Queries, { pid, id }: TransactionMark): Promise<string | null> {
  if (id === null) return 'aborted';
  try {
    // The process may serve another connection by now: end it only while it is in this transaction.
    const { rows } = await queries.execute<{ status: string | null }>(
      sql`select pg_xact_status(${id}::xid8) as status,
                 (select pg_terminate_backend(pid) from pg_stat_activity
                   where pid = ${pid} and backend_xid::text = ${id} and state like 'idle in transaction%')`,
    );
    return rows[0]?.status ?? null;
  } catch (error) {
    if (codeOf(error) === IN_THE_FUTURE) return 'aborted';
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { cause?: { code?: unknown } }).cause?.code;
}
