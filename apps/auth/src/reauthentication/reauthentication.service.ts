import type { Session } from 'nest-sessions';
import { SecurityLog } from 'nest-sessions/audit';
import { SessionManager } from 'nest-sessions/issuer';
import { Injectable } from '@nestjs/common';
import { PasswordAttempts } from '../throttle/password-attempts';
import { UsersService } from '../users/users.service';

/** Re-authentication of a user, and the client that it comes from. */
export interface ReauthenticationRequest {
  readonly session: Session;
  readonly password: string;
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** Token of the browser, if the browser is known. */
  readonly device?: string | null;
}

/** Result of a re-authentication, with the session's new token when the password was right. */
export type Reauthentication =
  | { readonly outcome: 'done'; readonly token: string }
  | {
      readonly outcome:
        | 'wrong-password'
        /** The session or its user is gone, or the user is banned. */
        | 'gone'
        /**
         * Another request has rotated or changed the session at the same time; the session is still valid.
         */
        | 'overtaken';
    };

/** Re-authenticates sessions with a password. The session then counts as signed in right now. */
@Injectable()
export class ReauthenticationService {
  constructor(
    private readonly attempts: PasswordAttempts,
    private readonly users: UsersService,
    private readonly sessions: SessionManager,
    private readonly audit: SecurityLog,
  ) {}

  /**
   * Rotates the session, with a grace period for requests of the user's page that are under way.
   *
   * Unlike a sign-in, it need not check the user once more, because it creates no session from nothing. A
   * ban, a password change or a role change reaches every session of the user: the session before the
   * rotation or the session after it. A session that the change has ended cannot be rotated.
   *
   * @throws SignInThrottledError when too many wrong passwords came before, here or at the sign-in
   */
  async reauthenticate(request: ReauthenticationRequest): Promise<Reauthentication> {
    const { session, password, userAgent, ip, device } = request;
    const { username } = session.user;
    const user = await this.attempts.check({ username, ip, device }, (turn) =>
      this.users.authenticate(username, password, turn),
    );
    if (user === null) {
      const outcome = await this.#whyNot(session);
      this.#recordRefusal(session, outcome);
      return { outcome };
    }
    // The username may belong to another user by now.
    if (user.id !== session.user.id) return { outcome: 'gone' };
    const rotated = await this.sessions.rotate(
      session.id,
      { by: user.id, reason: 'reauthenticated' },
      { grace: true, userAgent, ip },
    );
    if (rotated !== null) return { outcome: 'done', token: rotated.token };
    const left = await this.sessions.find(session.id);
    return { outcome: left === null ? 'gone' : 'overtaken' };
  }

  /** Returns the reason of the rejection, which a signed-in user may know. */
  async #whyNot({ user }: Session): Promise<'wrong-password' | 'gone'> {
    const found = await this.users.findById(user.id);
    return found === null || found.disabled ? 'gone' : 'wrong-password';
  }

  /** Records a rejection only: a success is recorded as a change of the session. */
  #recordRefusal({ id: sessionId, user }: Session, outcome: 'wrong-password' | 'gone'): void {
    const reason = outcome === 'gone' ? 'unknown' : outcome;
    const told = { userId: user.id, sessionId, reason } as const;
    this.audit.record({ event: 'password.refused', outcome: 'failure', ...told });
  }
}
