import { Cluster, type Redis } from 'ioredis';

/**
 * Keeps a client from using another database than its own. ioredis reports a refused `SELECT` as an error
 * and continues in database 0, which may hold the sessions of another environment. With this listener, the
 * client closes the connection and reconnects.
 *
 * @returns a function that removes the listener from the client
 */
export function requireDatabase(client: Redis | Cluster): () => void {
  // A Cluster has one database.
  if (client instanceof Cluster) return () => undefined;
  const onError = (error: unknown) => {
    if (isRefusedSelect(error)) client.disconnect(true);
  };
  // Runs before other listeners, which may read the client's status.
  client.prependListener('error', onError);
  return () => {
    client.off('error', onError);
  };
}

/** Whether a client's error means that Redis refused its database. */
export function isRefusedSelect(error: unknown): boolean {
  const { command } = Object(error) as { command?: { name?: unknown } };
  return command?.name === 'select';
}
