import { Cluster, type Redis } from 'ioredis';

/**
 * Sends the commands of all requests that arrived together in one write. Commands after {@link join} wait,
 * in order, for the end of this turn of the event loop. One system call per command would cost more than
 * the rest of a read in this process. A single command waits for no other.
 */
export class WriteBatch {
  #isOpen = false;

  constructor(private readonly client: Redis | Cluster) {}

  /** Opens the batch. Call it before sending a command. */
  join(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { client } = this;
    const servers = client instanceof Cluster ? client.nodes('master') : [client];
    // A client that is connecting has no stream yet.
    const streams = servers.map((server) => server.stream as Redis['stream'] | undefined);
    for (const stream of streams) stream?.cork();
    setImmediate(() => {
      this.#isOpen = false;
      for (const stream of streams) stream?.uncork();
    });
  }
}
