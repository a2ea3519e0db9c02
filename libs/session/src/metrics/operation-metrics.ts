import { performance } from 'node:perf_hooks';
import { Counter, Histogram, type Registry } from 'prom-client';
import { httpExceptionIn } from '../errors/http-exception-in.js';
import type { SessionErrorCode } from '../errors/session-error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { SessionInstrument, type SessionOperation } from '../instruments/session-instrument.js';
import { BoundedLabel } from './bounded-label.js';
import { FAILURE_KINDS, failureKindOf } from './failure-kind.js';
import type { ReadSource } from '../source/read-source.js';

/** Limits of the histogram's buckets in seconds: from a local Redis to the command timeout and beyond. */
const BUCKETS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Counts decisions of the guard, and measures reads of sessions that were not in memory. */
export class OperationMetrics extends SessionInstrument {
  readonly #decisions: Counter<'outcome'>;
  readonly #reads: Histogram<'source' | 'outcome'>;
  readonly #failures: Counter<'kind'>;
  readonly #codes = new BoundedLabel();
  /** Decisions since the last scrape: a counter with a label costs more than the rest of the measurement. */
  #allowed = 0;

  constructor(
    register: Registry,
    private readonly source: ReadSource,
  ) {
    super();
    const registers = [register];
    this.#decisions = new Counter({
      name: 'nest_sessions_guard_decisions_total',
      help: 'Decisions of the guard by outcome: allowed, also on public routes, or the code of the denial.',
      labelNames: ['outcome'],
      registers,
      collect: () => {
        this.#decisions.inc(ALLOWED, this.#allowed);
        this.#allowed = 0;
      },
    });
    this.#reads = new Histogram({
      name: 'nest_sessions_read_duration_seconds',
      help: 'Time to read a session that was not in memory, by source and outcome (found, none, failed).',
      labelNames: ['source', 'outcome'],
      buckets: BUCKETS,
      registers,
    });
    this.#failures = new Counter({
      name: 'nest_sessions_store_failures_total',
      help: 'Reads of sessions that failed, by the kind of the failure.',
      labelNames: ['kind'],
      registers,
    });
    // Without a first sample, the rate of a counter misses its first increase.
    for (const kind of FAILURE_KINDS) this.#failures.inc({ kind }, 0);
  }

  run<Result>({ name }: SessionOperation, body: () => Result): Result {
    if (name === 'authorize') return this.#decide(body);
    return name === 'find' ? this.#read(body) : body();
  }

  #decide<Result>(body: () => Result): Result {
    try {
      const decided = body();
      if (!(decided instanceof Promise)) {
        this.#allowed += 1;
        return decided;
      }
      decided.then(
        () => {
          this.#allowed += 1;
        },
        (error: unknown) => {
          this.#countDenial(error);
        },
      );
      return decided;
    } catch (error) {
      this.#countDenial(error);
      throw error;
    }
  }

  #countDenial(error: unknown): void {
    this.#decisions.inc({ outcome: this.#codes.of(codeOf(error)) });
  }

  #read<Result>(body: () => Result): Result {
    const begun = performance.now();
    const found = body();
    // A session in memory takes less time than its measurement, and the near-cache counts it.
    if (!(found instanceof Promise)) return found;
    const { source } = this;
    const observe = (outcome: 'found' | 'none' | 'failed') => {
      this.#reads.observe({ source, outcome }, (performance.now() - begun) / 1_000);
    };
    found.then(
      (session: unknown) => {
        observe(session === null ? 'none' : 'found');
      },
      (error: unknown) => {
        observe('failed');
        if (error instanceof SessionStoreUnavailableError) {
          this.#failures.inc({ kind: failureKindOf(error) });
        }
      },
    );
    return found;
  }
}

const ALLOWED = { outcome: 'allowed' } as const;

/** Returns the code of a denial, in the form of any transport; `error` for another error. */
function codeOf(error: unknown): SessionErrorCode | 'error' {
  const { code } = (httpExceptionIn(error) ?? {}) as { code?: unknown };
  return isCode(code) ? code : 'error';
}

function isCode(code: unknown): code is SessionErrorCode {
  return typeof code === 'string' && code.startsWith('ERR_SESSION_');
}
