import { Cluster, type Redis } from 'ioredis';

/**
 * Keeps a client from working in another database than its own: ioredis reports a refused `SELECT` as an
 * error and goes on in database 0, where the sessions of another environment may be. The client breaks the
 * connection instead, and tries again.
 *
 * @returns a function that takes this off the client again
 */
export function requireDatabase(client: Redis | Cluster): () => void {
  // A Cluster has one database.
  if (client instanceof Cluster) return () => undefined;
  const onError = (error: unknown) => {
    if (isRefusedSelect(error)) client.disconnect(true);
  };
  // Before others: they may look at the client's status.
  client.prependListener('error', onError);
  return () => {
    client.off('error', onError);
  };
}

/** Whether an error of a client says that Redis refused its database. */
export function isRefusedSelect(error: unknown): boolean {
  const { command } = Object(error) as { command?: { name?: unknown } };
  return command?.name === 'select';
}
