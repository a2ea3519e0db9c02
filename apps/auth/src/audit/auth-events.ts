import 'nest-sessions';

/** A sign-in that was tried by, or for, somebody. */
interface SignIn {
  /** `null` where no user has the name. */
  readonly userId: string | null;
  /** Of a user that there is. Never what was typed: people type passwords into the wrong field. */
  readonly username: string | null;
}

/** What was done to a user. */
interface ChangedUser {
  readonly outcome: 'success';
  readonly userId: string;
  /** The id of the administrator; `operator` for the command line. */
  readonly by: string;
}

/** What this app tells beside what the library does. */
declare module 'nest-sessions' {
  interface SecurityEvents {
    'signIn.succeeded': SignIn & { readonly outcome: 'success'; readonly sessionId: string };
    /** The answer does not say why; only this does. */
    'signIn.failed': SignIn & {
      readonly outcome: 'failure';
      readonly reason: 'unknown' | 'wrong' | 'disabled' | 'changed-meanwhile';
    };
    /** Refused before the password was looked at. */
    'signIn.throttled': {
      readonly outcome: 'failure';
      /** Seconds. */
      readonly retryAfter: number;
    };
    'password.changed': {
      readonly outcome: 'success';
      readonly userId: string;
      readonly sessionId: string;
    };
    /** By who is signed in: `wrong-password` may be somebody who found an open browser. */
    'password.refused': {
      readonly outcome: 'failure';
      readonly userId: string;
      readonly sessionId: string;
      readonly reason: 'wrong-password' | 'conflict' | 'unknown';
    };
    /** By the command line, without the current one; all sessions end with it. */
    'password.reset': ChangedUser;
    'user.created': ChangedUser & { readonly username: string; readonly roles: readonly string[] };
    'user.rolesChanged': ChangedUser & { readonly roles: readonly string[] };
    'user.disabled': ChangedUser;
    'user.enabled': ChangedUser;
  }
}
