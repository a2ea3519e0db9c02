/** A user, without the secret that proves the identity. */
export interface User {
  readonly id: string;
  /** In lower case. */
  readonly username: string;
  readonly roles: readonly string[];
  /** Banned: the user may not sign in, and has no session. */
  readonly disabled: boolean;
  readonly createdAt: Date;
  /** Incremented by every change of roles, `disabled` or password. */
  readonly version: number;
}
