import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { DatabaseUnavailableError } from './database-unavailable.error';
import { type Queries } from './queries';

/** By what PostgreSQL knows a transaction when its connection is gone. */
export interface TransactionMark {
  /** Of the server process that runs it. */
  readonly pid: number;
  /** `null` when the transaction has changed nothing. */
  readonly id: string | null;
}

/** For how long a database that is away is asked what became of a transaction, in milliseconds. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

/** PostgreSQL has not come so far: it was restarted, and nothing of the transaction was kept. */
const IN_THE_FUTURE = '22023';

/** The mark of the transaction that these queries run in. */
export async function markOf(queries: Queries): Promise<TransactionMark> {
  const { rows } = await queries.execute<{ pid: number; id: string | null }>(
    sql`select pg_backend_pid() as pid, pg_current_xact_id_if_assigned()::text as id`,
  );
  return rows[0] as TransactionMark;
}

/**
 * Whether a transaction whose COMMIT was not answered has been committed. A server process that has not
 * received the COMMIT yet is ended.
 *
 * @see https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-PG-SNAPSHOT `pg_xact_status`
 * @throws DatabaseUnavailableError when the database stays away
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

/** `aborted` also where there was nothing to commit. */
async function statusOf(queries: Queries, { pid, id }: TransactionMark): Promise<string | null> {
  if (id === null) return 'aborted';
  try {
    // The process may serve another connection by now, so it is ended only while it is in this transaction.
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
