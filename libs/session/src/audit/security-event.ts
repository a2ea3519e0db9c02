/** Fields of a session change, the same as in its event in the session event log. */
interface ChangedSession {
  readonly outcome: 'success';
  /** SHA-256 of the token, base64url; of no use for signing in. */
  readonly sessionId: string;
  readonly userId: string;
  /** Id of a user, or the name of the acting program; `null` for the system itself. */
  readonly by: string | null;
  /** A word, such as `signed-out`. */
  readonly reason: string | null;
}

/** Fields of a denied request. */
interface Denied {
  readonly outcome: 'failure';
  /** HTTP status, whatever the transport. */
  readonly status: number;
  /** Value of `SessionErrorCode`. */
  readonly code: string;
  /** Transport: `http`, `rpc`, or another of Nest's context types. */
  readonly door: string;
  /** `null` except over HTTP. */
  readonly method: string | null;
  /** Pattern of the route or message, never the received text; `null` while there is no pattern. */
  readonly route: string | null;
  /** Also set for a token whose session is gone: it leads to the session's earlier events. */
  readonly sessionId: string | null;
  /** `null` unless the session was found. */
  readonly userId: string | null;
  /** Authenticated calling service; `null` for a user's request. */
  readonly caller: string | null;
}

/**
 * Fields of each security event, by the event's name. The names are stable: rules in a SIEM may match on
 * them. No event holds a token, a password or a header.
 *
 * An app adds its own:
 *
 * ```ts
 * declare module 'nest-sessions/audit' {
 *   interface SecurityEvents {
 *     'key.rotated': { readonly outcome: 'success'; readonly keyId: string };
 *   }
 * }
 * ```
 */
export interface SecurityEvents {
  /**
   * 401 or 403. `anonymous`: the request carried no credentials; `invalid`: the credentials lead to no
   * session; `reauthentication`: the user must first re-authenticate; `cross-origin`: a page of another
   * origin sent the request.
   */
  'session.denied': Denied & {
    readonly reason: 'anonymous' | 'invalid' | 'role' | 'reauthentication' | 'cross-origin';
  };
  /** 400: more than one token in one request. */
  'token.ambiguous': Denied;
  /** 401: a call that names the calling service without a valid proof. */
  'call.refused': Denied;
  /** 503: no request can be authorized. Recorded once a second for each cause, however many requests fail. */
  'store.unavailable': Denied;

  'session.created': ChangedSession & { readonly roles: readonly string[] };
  /** The session continues under another id: its token was replaced. */
  'session.rotated': ChangedSession & { readonly previousSessionId: string };
  'session.revoked': ChangedSession;
  'session.expired': ChangedSession;
  'session.rolesChanged': ChangedSession & { readonly roles: readonly string[] };
  'session.userChanged': ChangedSession;
  'session.dataChanged': ChangedSession;
}

/** Security-relevant event, for the operators of a service. `event` is its name. */
export type SecurityEvent = {
  [Name in keyof SecurityEvents]: { readonly event: Name } & SecurityEvents[Name];
}[keyof SecurityEvents];
