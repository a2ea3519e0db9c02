import type { Cluster, Redis } from 'ioredis';

/** Receives the error of a command or a connection. Returns at once and throws nothing. */
export type RedisFailureListener = (error: Error) => void;

type Client = Redis | Cluster;

const known = new WeakMap<Client, RedisFailures>();

/**
 * Errors of a Redis client: failed commands, whichever part of the process has sent them, and failed
 * connections. The additional connections of the library are among them.
 *
 * The client is observed while there are listeners. Without listeners a command costs nothing more.
 */
export class RedisFailures {
  readonly #listeners = new Set<RedisFailureListener>();
  #release: () => void = () => undefined;

  private constructor(private readonly client: Client) {}

  /** Returns the failures of a client, the same object for each caller. */
  static of(client: Client): RedisFailures {
    let failures = known.get(client);
    if (failures === undefined) {
      failures = new RedisFailures(client);
      known.set(client, failures);
    }
    return failures;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: RedisFailureListener): () => void {
    if (this.#listeners.size === 0) this.#release = this.include(this.client);
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#release();
    };
  }

  /**
   * Observes another connection of the library to the same Redis.
   *
   * @returns a function that ends it: to be called before the connection is closed on purpose, which fails the
   *   commands that are still waiting
   */
  include(connection: Client): () => void {
    const report = (error: Error) => {
      this.report(error);
    };
    connection.on('error', report);
    const release = observeCommands(connection, report);
    return () => {
      connection.off('error', report);
      release();
    };
  }

  report(error: Error): void {
    for (const listener of this.#listeners) listener(error);
  }
}

/** Marks a reject function that reports: a client sends a command twice that waited in its offline queue. */
const REPORTS: unique symbol = Symbol('nest-sessions:reports');

/** Errors that a Cluster's client follows: the command succeeds at another node. */
const REDIRECTION = /^(MOVED|ASK) /;

/**
 * Observes the commands of one client, those of pipelines and transactions included. Every command passes
 * `sendCommand`, and its own `reject` is the only place at which each of them fails.
 */
function observeCommands(client: Client, report: RedisFailureListener): () => void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- `observed` calls it on the client
  const send = client.sendCommand as Send;
  let isReleased = false;
  const observed: Send = function (this: Client, command, ...others) {
    const { reject } = command;
    if (!isReleased && reject[REPORTS] === undefined) {
      let isRejected = false;
      const reporting: Reject = (error) => {
        // A command that timed out is rejected again when its connection closes.
        if (!isRejected && !isReleased && !REDIRECTION.test(error.message)) report(error);
        isRejected = true;
        reject(error);
      };
      reporting[REPORTS] = true;
      command.reject = reporting;
    }
    return send.call(this, command, ...others);
  };
  client.sendCommand = observed;
  return () => {
    isReleased = true;
    // Another observer may have replaced the method meanwhile, and calls this one.
    if (client.sendCommand === observed) client.sendCommand = send;
  };
}

type Send = (this: Client, command: SentCommand, ...others: unknown[]) => unknown;

interface Reject {
  (error: Error): void;
  [REPORTS]?: true;
}

/** Part of an ioredis command: rejects the promise that its sender has. */
interface SentCommand {
  reject: Reject;
}
