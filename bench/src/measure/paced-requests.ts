import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Exchange } from './exchange';
import { WrongStatusError } from './wrong-status.error';

/** A request that is sent repeatedly. */
export interface PacedRoute extends Exchange {
  readonly name: string;
  /** Expected status. @default 200 */
  readonly expected?: number;
  /** Rate, or `'in turn'`: one request after the other. */
  readonly perSecond: number | 'in turn';
}

export interface PacedJob {
  readonly routes: readonly PacedRoute[];
  /** Milliseconds. */
  readonly duration: number;
}

/** Duration of each answer in milliseconds, by route. */
export type PacedAnswers = Readonly<Record<string, readonly number[]>>;

/** Report of the process: the answers, or the problem, with the status of an unexpected answer. */
export type PacedReport =
  { readonly answers: PacedAnswers } | { readonly problem: string; readonly status?: number };

/**
 * A process of its own that sends requests at a steady pace, without waiting for earlier answers, as many
 * users would. It measures the duration of each.
 */
export class PacedRequests {
  private constructor(private readonly child: ChildProcess) {}

  static start(): PacedRequests {
    return new PacedRequests(fork(join(__dirname, 'paced-requests.process.js')));
  }

  /** @throws WrongStatusError for an unexpected status or a missing answer */
  async run(job: PacedJob): Promise<PacedAnswers> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      this.child.send(job);
      const [report] = (await Promise.race([
        once(this.child, 'message', { signal }),
        once(this.child, 'exit', { signal }).then(() => [{ problem: 'The process has ended' }]),
      ])) as [PacedReport];
      if ('problem' in report) throw new WrongStatusError(report.problem, report.status);
      return report.answers;
    } finally {
      waiting.abort();
    }
  }

  stop(): void {
    this.child.kill();
  }
}
