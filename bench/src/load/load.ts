import { setImmediate as nextTurn } from 'node:timers/promises';
import { ANSWER } from '../servers/orders.controller';
import type { ServerProcess } from '../servers/server-process';
import { Connection } from './connection';

/** Maximum number of requests in flight. */
export const CONCURRENCY = 32;

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
}

/** Maximum delay in milliseconds until an answer is read at a fixed rate. */
const LONGEST_NAP = 0.25;

/**
 * Load on one server. A run ends when all requests are answered, so that the figures include the work for
 * all of them.
 */
export class Load {
  private constructor(private readonly connections: readonly Connection[]) {}

  static async on(server: ServerProcess, concurrency = CONCURRENCY): Promise<Load> {
    const open = () => Connection.open(server.port, server.credentials.valid, ANSWER);
    return new Load(await Promise.all(Array.from({ length: concurrency }, open)));
  }

  /** Sends as fast as the server answers: each connection continues when it has its answer. */
  async saturate(milliseconds: number): Promise<LoadResult> {
    const startedAt = performance.now();
    let requests = 0;
    const oneAfterTheOther = async (connection: Connection) => {
      while (performance.now() - startedAt < milliseconds) {
        await connection.send();
        requests += 1;
      }
    };
    await Promise.all(this.connections.map(oneAfterTheOther));
    return { requests, seconds: (performance.now() - startedAt) / 1000 };
  }

  /** Sends a number of requests on each connection. */
  async count(requestsEach: number): Promise<LoadResult> {
    const startedAt = performance.now();
    const oneAfterTheOther = async (connection: Connection) => {
      for (let sent = 0; sent < requestsEach; sent++) await connection.send();
    };
    await Promise.all(this.connections.map(oneAfterTheOther));
    return {
      requests: requestsEach * this.connections.length,
      seconds: (performance.now() - startedAt) / 1000,
    };
  }

  /**
   * Sends at a fixed rate, evenly spaced: two requests share no round trip to Redis because of the way they
   * are sent. `Atomics.wait` can wait for less than a millisecond, a timer of Node.js cannot.
   */
  async paced(perSecond: number, milliseconds: number): Promise<LoadResult> {
    const startedAt = performance.now();
    const total = Math.round((perSecond * milliseconds) / 1000);
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    const failures: unknown[] = [];
    const answers: Promise<unknown>[] = [];
    for (let sent = 0; sent < total;) {
      const untilDue = startedAt + (sent * 1000) / perSecond - performance.now();
      const idle = untilDue <= 0 ? this.connections.find(({ isIdle }) => isIdle) : undefined;
      if (idle) {
        answers.push(idle.send().catch((error: unknown) => failures.push(error)));
        sent += 1;
      } else {
        Atomics.wait(sleeper, 0, 0, Math.min(LONGEST_NAP, Math.max(untilDue, 0.05)));
        await nextTurn();
      }
      if (failures.length > 0) throw failures[0];
    }
    await Promise.all(answers);
    if (failures.length > 0) throw failures[0];
    return { requests: total, seconds: (performance.now() - startedAt) / 1000 };
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
