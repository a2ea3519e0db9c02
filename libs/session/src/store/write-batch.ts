import { Cluster, type Redis } from 'ioredis';

/**
 * Lets the commands of all requests that arrived together leave in one write: what is sent after
 * {@link join} waits, in order, for the end of this turn of the event loop. A system call for each costs
 * more than all else that a read takes of this process; a command that is alone waits for nothing.
 */
export class WriteBatch {
  #isOpen = false;

  constructor(private readonly client: Redis | Cluster) {}

  /** To be called before a command is sent. */
  join(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { client } = this;
    const servers = client instanceof Cluster ? client.nodes('master') : [client];
    // A connection that is being made has none yet.
    const streams = servers.map((server) => server.stream as Redis['stream'] | undefined);
    for (const stream of streams) stream?.cork();
    setImmediate(() => {
      this.#isOpen = false;
      for (const stream of streams) stream?.uncork();
    });
  }
}
