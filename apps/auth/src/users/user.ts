/** Somebody who may sign in, without the secret that proves it. */
export interface User {
  readonly id: string;
  /** In lower case. */
  readonly username: string;
  readonly roles: readonly string[];
  /** Banned: may not sign in, and has no session. */
  readonly disabled: boolean;
  readonly createdAt: Date;
  /** Raised by every change of roles, disabled or password. */
  readonly version: number;
}
