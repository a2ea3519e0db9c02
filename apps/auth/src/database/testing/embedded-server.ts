import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { type Cluster } from '../embedded/cluster';
import { connectionTo } from '../embedded/postgres-address';
import { type EmbeddedPostgres } from '../embedded-postgres';

/** Returns the process id of the server that holds the cluster. */
export async function serverPidOf(cluster: Cluster): Promise<number> {
  const lock = await cluster.readLock();
  if (!lock) throw new Error('no server holds the cluster');
  return lock.pid;
}

/** Returns the process id of the parent process. Linux only. */
export async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]);
}

/** Callback `onProblem` for a server without problems: fails on any problem. */
export function refuseProblems(problem: string): void {
  throw new Error(problem);
}

/** Returns the rows of a query, on a separate connection. */
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
