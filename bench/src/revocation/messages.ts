/** Message from the benchmark to a service. */
export interface WatchMessage {
  /** Id of the session that will be revoked. */
  readonly watch: string;
}

/** Message from a service to the benchmark. */
export type ServiceMessage =
  | { readonly listening: number }
  /** The session is in the near-cache. */
  | { readonly watching: string }
  /** The service refuses the session since this time on the machine's monotonic clock (ns). */
  | { readonly refused: string; readonly at: string };
