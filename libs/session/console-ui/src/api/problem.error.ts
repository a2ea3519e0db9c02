/** Body of an error response (RFC 9457). */
export interface ProblemBody {
  readonly title?: string;
  readonly code?: string;
  readonly detail?: string;
}

/** Error response of the API, or a request that received no response (`status` 0). */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly body: ProblemBody,
    /** Seconds after which the server accepts the request again; `null` when it names none. */
    readonly retryAfter: number | null = null,
  ) {
    super(body.detail ?? body.title ?? `The server answered ${status}.`);
    this.name = 'ProblemError';
  }

  get code(): string | null {
    return this.body.code ?? null;
  }

  /** Whether the same request may succeed later: no response, or a store that cannot answer. */
  get isOutage(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}
