import type { BindingSignal } from '../binding/binding-signal.js';

/** What a change of a session tells, as its event in the log of sessions does. */
interface ChangedSession {
  readonly outcome: 'success';
  /** SHA-256 of the token, base64url; of no use for signing in. */
  readonly sessionId: string;
  readonly userId: string;
  /** The id of a user, or the name of what acted; `null` for the system itself. */
  readonly by: string | null;
  /** A word, such as `signed-out`. */
  readonly reason: string | null;
}

/** What a request tells that was not let in. */
interface Denied {
  readonly outcome: 'failure';
  /** As HTTP has it, whatever the door. */
  readonly status: number;
  /** Of `SessionErrorCode`. */
  readonly code: string;
  /** Which door was knocked at: `http`, `rpc`, or what else Nest calls it. */
  readonly door: string;
  /** `null` but for HTTP. */
  readonly method: string | null;
  /** The route's or message's pattern, never what was sent; `null` where there is none yet. */
  readonly route: string | null;
  /** Of a token that leads to no session any more, too: it is how its earlier events are found. */
  readonly sessionId: string | null;
  /** `null` unless the session was found. */
  readonly userId: string | null;
  /** The service that has proven that it calls; `null` for a user's request. */
  readonly caller: string | null;
}

/**
 * What each security event tells, under its name. The names are stable: rules in a SIEM may match on
 * them. None holds a token, a password or a header.
 *
 * An app adds its own:
 *
 * ```ts
 * declare module 'nest-sessions' {
 *   interface SecurityEvents {
 *     'key.rotated': { readonly outcome: 'success'; readonly keyId: string };
 *   }
 * }
 * ```
 */
export interface SecurityEvents {
  /**
   * 401 or 403. `anonymous`: nothing said who asks; `invalid`: what did leads to no session;
   * `reauthentication`: the user must first prove anew who they are; `cross-origin`: a page of another
   * origin asked.
   */
  'session.denied': Denied & {
    readonly reason: 'anonymous' | 'invalid' | 'role' | 'reauthentication' | 'cross-origin';
  };
  /** 400: more than one token in one request. */
  'token.ambiguous': Denied;
  /** 401: a call that says which service it comes from, and does not prove it. */
  'call.refused': Denied;
  /** 503: nobody can be let in. Told once in a second, however many requests fail. */
  'store.unavailable': Denied;

  /** A token comes from another client than the one that signed in: see `binding`. */
  'session.clientChanged': BindingSignal & {
    /** `failure` when the request was refused. */
    readonly outcome: 'success' | 'failure';
  };

  'session.created': ChangedSession & { readonly roles: readonly string[] };
  /** The session goes on under another id: its token was replaced. */
  'session.rotated': ChangedSession & { readonly previousSessionId: string };
  'session.revoked': ChangedSession;
  'session.expired': ChangedSession;
  'session.rolesChanged': ChangedSession & { readonly roles: readonly string[] };
}

/** Something that whoever answers for the security of a service wants to know, once for each time. */
export type SecurityEvent = {
  [Name in keyof SecurityEvents]: { readonly event: Name } & SecurityEvents[Name];
}[keyof SecurityEvents];
