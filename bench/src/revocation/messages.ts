/** What the bench tells a service. */
export interface WatchMessage {
  /** The id of the session that is going to be revoked. */
  readonly watch: string;
}

/** What a service tells the bench. */
export type ServiceMessage =
  | { readonly listening: number }
  /** The session is in its memory now. */
  | { readonly watching: string }
  /** It is not honoured any more, since this time on the clock that all processes share (ns). */
  | { readonly refused: string; readonly at: string };
