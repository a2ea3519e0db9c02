import 'nest-sessions';

/** A sign-in attempt. */
interface SignIn {
  /** `null` when no user has the name. */
  readonly userId: string | null;
  /** Name of an existing user. Never the typed text: people type passwords into the wrong field. */
  readonly username: string | null;
}

/** A change of a user by an administrator or on the command line. */
interface ChangedUser {
  readonly outcome: 'success';
  readonly userId: string;
  /** Id of the administrator; `operator` for the command line. */
  readonly by: string;
}

/** Security events of this app, in addition to the events of the library. */
declare module 'nest-sessions/audit' {
  interface SecurityEvents {
    'signIn.succeeded': SignIn & { readonly outcome: 'success'; readonly sessionId: string };
    /** Only this event contains the reason; the response does not. */
    'signIn.failed': SignIn & {
      readonly outcome: 'failure';
      readonly reason: 'unknown' | 'wrong' | 'disabled' | 'changed-meanwhile';
    };
    /** Rejected because of earlier wrong passwords, whether the password is right or wrong. */
    'signIn.throttled': {
      readonly outcome: 'failure';
      /** In seconds. */
      readonly retryAfter: number;
    };
    'password.changed': {
      readonly outcome: 'success';
      readonly userId: string;
      readonly sessionId: string;
    };
    /**
     * Password change or re-authentication of a signed-in user was rejected. `wrong-password` may come from
     * another person at an open browser.
     */
    'password.refused': {
      readonly outcome: 'failure';
      readonly userId: string;
      readonly sessionId: string;
      readonly reason: 'wrong-password' | 'conflict' | 'unknown';
    };
    /**
     * Set on the command line without the current password. All sessions of the user end, unless
     * `--no-sessions` is given.
     */
    'password.reset': ChangedUser;
    'user.created': ChangedUser & { readonly username: string; readonly roles: readonly string[] };
    'user.rolesChanged': ChangedUser & { readonly roles: readonly string[] };
    'user.disabled': ChangedUser;
    'user.enabled': ChangedUser;
  }
}
