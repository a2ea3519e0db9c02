import { type DatabaseUnavailableError } from './database-unavailable.error';

/** The same reason is reported once per interval, in milliseconds. */
const REPORT_INTERVAL = 60_000;

/** How long a failure counts, in milliseconds: the database is not probed. */
const MEMORY = 30_000;

/** Code for a failure without a code: the connection was lost or timed out. */
const NO_ANSWER = 'NO_ANSWER';

/** Maximum length of a reason, in characters: PostgreSQL quotes parts of the query. */
const LONGEST_REASON = 200;

/** State of the user database, from the outcome of recent queries. */
export class DatabaseState {
  #reported: { readonly reason: string; readonly at: number } | null = null;
  #last: { readonly code: string; readonly at: number } | null = null;

  /** @param onProblem Receives the reason of a failure; a repeated reason at most once per minute. */
  constructor(private readonly onProblem: (message: string) => void) {}

  /**
   * Code of the last failure within 30 s, from PostgreSQL or the system; `null` without a failure. A code
   * contains neither hosts nor users.
   */
  get failure(): string | null {
    return this.#last && performance.now() - this.#last.at < MEMORY ? this.#last.code : null;
  }

  report({ cause }: DatabaseUnavailableError): void {
    const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
    const now = performance.now();
    this.#last = { code: typeof code === 'string' ? code : NO_ANSWER, at: now };
    const words = typeof message === 'string' && message !== '' ? message : this.#last.code;
    const reason = `${words.slice(0, LONGEST_REASON)} (${this.#last.code})`;
    const reported = this.#reported;
    if (reported?.reason === reason && now - reported.at < REPORT_INTERVAL) return;
    this.#reported = { reason, at: now };
    this.onProblem(`the user database cannot answer: ${reason}`);
  }
}
