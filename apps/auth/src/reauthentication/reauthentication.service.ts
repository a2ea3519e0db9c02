import { SecurityLog, type Session, SessionManager } from 'nest-sessions';
import { Injectable } from '@nestjs/common';
import { PasswordAttempts } from '../throttle/password-attempts';
import { UsersService } from '../users/users.service';

/** Who proves anew who they are, and from where. */
export interface ReauthenticationRequest {
  readonly session: Session;
  readonly password: string;
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** The token of the browser, if it is known. */
  readonly device?: string | null;
}

/** How it ended, with the session's new token where the password was right. */
export type Reauthentication =
  | { readonly outcome: 'done'; readonly token: string }
  | {
      readonly outcome:
        | 'wrong-password'
        /** The session, or its user, is gone or banned. */
        | 'gone'
        /** Another request has rotated or changed the session at the same time; it lives on. */
        | 'overtaken';
    };

/** Turns a password into a session that is as good as one from a sign-in right now. */
@Injectable()
export class ReauthenticationService {
  constructor(
    private readonly attempts: PasswordAttempts,
    private readonly users: UsersService,
    private readonly sessions: SessionManager,
    private readonly audit: SecurityLog,
  ) {}

  /**
   * Rotates the session, with a grace for what the user's page is just asking for.
   *
   * Unlike a sign-in it need not look at the user once more: it makes no session out of nothing. A ban, a
   * change of the password or of the roles reaches every session of the user, that one before the rotation
   * or the one after it, and what it has ended cannot be rotated.
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
    // The name may be somebody else's by now.
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

  /** The user is signed in and may know which it was. */
  async #whyNot({ user }: Session): Promise<'wrong-password' | 'gone'> {
    const found = await this.users.findById(user.id);
    return found === null || found.disabled ? 'gone' : 'wrong-password';
  }

  /** That it went well is told as what it does to the session. */
  #recordRefusal({ id: sessionId, user }: Session, outcome: 'wrong-password' | 'gone'): void {
    const reason = outcome === 'gone' ? 'unknown' : outcome;
    const told = { userId: user.id, sessionId, reason } as const;
    this.audit.record({ event: 'password.refused', outcome: 'failure', ...told });
  }
}
