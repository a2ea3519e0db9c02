import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Exchange } from './exchange';
import { WrongStatusError } from './wrong-status.error';

/** A request to make over and over. */
export interface PacedRoute extends Exchange {
  readonly name: string;
  /** The status of a right answer. @default 200 */
  readonly expected?: number;
  /** `'in turn'`: each when the one before is answered. */
  readonly perSecond: number | 'in turn';
}

export interface PacedJob {
  readonly routes: readonly PacedRoute[];
  /** Milliseconds. */
  readonly duration: number;
}

/** For each route the time that each answer took, in milliseconds. */
export type PacedAnswers = Readonly<Record<string, readonly number[]>>;

/** What the process says: the answers, or what was wrong, and with which status where it was that. */
export type PacedReport =
  { readonly answers: PacedAnswers } | { readonly problem: string; readonly status?: number };

/**
 * A process of its own that makes requests at a steady pace, whether or not those before were
 * answered, as many users would, and takes the time of each.
 */
export class PacedRequests {
  private constructor(private readonly child: ChildProcess) {}

  static start(): PacedRequests {
    return new PacedRequests(fork(join(__dirname, 'paced-requests.process.js')));
  }

  /** @throws WrongStatusError when an answer had another status, or none came */
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
