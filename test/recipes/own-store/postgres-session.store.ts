import {
  type Change,
  orUnavailable,
  type Reading,
  type StoredSession,
  TransactionalSessionStore,
} from 'nest-sessions/store';
import type { Pool, PoolClient } from 'pg';

export const SCHEMA = `
  create table sessions (
    id text primary key,
    user_id text not null,
    ends_at float8 not null,
    idle_ends_at float8 not null,
    record text not null,
    attributes text not null
  );
  create index on sessions (user_id, ends_at);`;

/** Clock of the database in epoch milliseconds: the same for all processes. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::float8';

const LIVE = `least(ends_at, idle_ends_at) > ${NOW}`;

const SELECT = `select id, user_id as "userId", ends_at as "endsAt", idle_ends_at as "idleEndsAt",
  record, attributes from sessions`;

// #region store
/** Keeps sessions in PostgreSQL. A change locks the rows of its sessions. */
export class PostgresSessionStore extends TransactionalSessionStore {
  constructor(private readonly pool: Pool) {
    super();
  }

  async idsOf(userId: string, until = Infinity): Promise<string[]> {
    const sql = `select id from sessions where user_id = $1 and ends_at <= $2 and ${LIVE}
      order by ends_at, id collate "C"`;
    return (await rowsOf<{ id: string }>(this.pool, sql, [userId, until])).map(({ id }) => id);
  }

  /** Deletes the rows of expired sessions. Call it from time to time, for instance once an hour. */
  async prune(): Promise<void> {
    await rowsOf(this.pool, `delete from sessions where not (${LIVE})`);
  }

  protected async read(id: string): Promise<Reading | null> {
    const sql = `select *, ${NOW} as now from (${SELECT}) stored where id = $1`;
    const [stored] = await rowsOf<StoredSession & { now: number }>(this.pool, sql, [id]);
    return stored ? { stored, now: stored.now } : null;
  }

  protected async change<T>(ids: readonly string[], change: Change<T>): Promise<T> {
    const client = await orUnavailable(this.pool.connect());
    let isDone = false;
    try {
      await rowsOf(client, 'begin');
      const sql = `${SELECT} where id = any($1) order by id for update`;
      const locked = await rowsOf<StoredSession>(client, sql, [ids]);
      const [{ now }] = (await rowsOf(client, `select ${NOW} as now`)) as [{ now: number }];
      const { kept, result } = change(locked, now);
      if (kept) await write(client, ids, kept);
      await rowsOf(client, 'commit');
      isDone = true;
      return result;
    } finally {
      // Without a commit, the connection is closed: the database then rolls the transaction back.
      client.release(!isDone);
    }
  }
}
// #endregion store

async function write(client: PoolClient, ids: readonly string[], kept: readonly StoredSession[]) {
  const keptIds = kept.map(({ id }) => id);
  await rowsOf(client, 'delete from sessions where id = any($1) and id <> all($2)', [ids, keptIds]);
  for (const { id, userId, endsAt, idleEndsAt, record, attributes } of kept) {
    const sql = `insert into sessions values ($1, $2, $3, $4, $5, $6) on conflict (id) do update
      set ends_at = $3, idle_ends_at = $4, record = $5, attributes = $6`;
    await rowsOf(client, sql, [id, userId, endsAt, idleEndsAt, record, attributes]);
  }
}

/** @throws SessionStoreUnavailableError when the database does not answer, or reports an error */
async function rowsOf<Row>(client: Pool | PoolClient, sql: string, values: unknown[] = []) {
  const { rows } = await orUnavailable(client.query(sql, values));
  return rows as Row[];
}
