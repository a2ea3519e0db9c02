export interface LoadJob {
  readonly ports: readonly number[];
  /** Of those who make the requests. */
  readonly tokens: readonly string[];
  /** To all services together; `null` for as many as they answer. */
  readonly perSecond: number | null;
}

/** Whether all connections are open and have been used, or what was done until the stop. */
export type LoadMessage = 'running' | LoadReport;

export interface LoadReport {
  /** Requests that were let in per second. */
  readonly perSecond: number;
}
