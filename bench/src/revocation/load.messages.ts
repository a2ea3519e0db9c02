export interface LoadJob {
  readonly ports: readonly number[];
  /** Tokens of the sessions that send the requests. */
  readonly tokens: readonly string[];
  /** Rate over all services; `null` for as many as they answer. */
  readonly perSecond: number | null;
}

/** `'running'` when all connections are open and warm, and a report after the stop. */
export type LoadMessage = 'running' | LoadReport;

export interface LoadReport {
  /** Authorized requests per second. */
  readonly perSecond: number;
}
