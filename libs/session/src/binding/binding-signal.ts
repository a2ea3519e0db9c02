/** Sign that a request comes from another client than the client that signed in. */
export interface BindingSignal {
  /** Session of the token. */
  readonly sessionId: string;
  /** User of the session. */
  readonly userId: string;
  /** Changed property of the client. */
  readonly changed: 'userAgent' | 'network';
  /** Value at the user's last authentication: `Chrome on Windows`, or a network such as `192.0.0.0/16`. */
  readonly from: string;
  /** Current value. `null` when the request names no user agent, or its address cannot be read. */
  readonly to: string | null;
  /** Whether the request was rejected; otherwise it was authorized. */
  readonly refused: boolean;
}

declare module '../audit/security-event.js' {
  interface SecurityEvents {
    /** The token comes from another client than the client that signed in. */
    'session.clientChanged': BindingSignal & {
      /** `failure` when the request was rejected. */
      readonly outcome: 'success' | 'failure';
    };
  }
}
