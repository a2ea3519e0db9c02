/** A sign that a request comes from another client than the one that signed in. */
export interface BindingSignal {
  readonly sessionId: string;
  readonly userId: string;
  readonly changed: 'userAgent' | 'network';
  /** When the user last proved who they are: `Chrome on Windows`, or a network as `192.0.0.0/16`. */
  readonly from: string;
  /** Now. `null` when the request names no user agent, or its address cannot be read. */
  readonly to: string | null;
  /** Whether the request was refused; else it was let in. */
  readonly refused: boolean;
}
