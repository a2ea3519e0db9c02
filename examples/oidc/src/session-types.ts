/** Roles and data of this application's sessions: other names do not compile. */
declare module 'nest-sessions' {
  interface SessionRoles {
    'reports:read': true;
  }

  interface SessionData {
    /** Session of the user at the provider, which logout tokens name. */
    sid?: string;
    /** Hint for the logout at the provider. */
    idToken: string;
  }
}

export {};
