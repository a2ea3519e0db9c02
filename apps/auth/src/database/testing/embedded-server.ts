import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { type Cluster } from '../embedded/cluster';
import { connectionTo } from '../embedded/postgres-address';
import { type EmbeddedPostgres } from '../embedded-postgres';

/** Process id of the server that holds the cluster. */
export async function serverPidOf(cluster: Cluster): Promise<number> {
  const lock = await cluster.readLock();
  if (!lock) throw new Error('no server holds the cluster');
  return lock.pid;
}

/** Process id of the parent process. For Linux. */
export async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]);
}

/** `onProblem` of a server that has none. */
export function refuseProblems(problem: string): void {
  throw new Error(problem);
}

/** Rows of a query, on a connection of its own. */
export async function query(
  { address }: Pick<EmbeddedPostgres, 'address'>,
  sql: string,
): Promise<unknown[]> {
  const client = new Client(connectionTo(address));
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
