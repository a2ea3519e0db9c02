import { type Session, sessionRequired } from 'nest-sessions';
import { SecurityLog } from 'nest-sessions/audit';
import { SessionManager } from 'nest-sessions/issuer';
import { Injectable } from '@nestjs/common';
import { type PasswordAttempt, PasswordAttempts } from '../throttle/password-attempts';
import { type PasswordChange, UsersService } from '../users/users.service';

/** Result of a password change, with the session's new token on success. */
export type ChangedPassword =
  { outcome: 'changed'; token: string } | { outcome: Exclude<PasswordChange, 'changed'> };

/** Changes passwords together with the sessions that depend on them. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly attempts: PasswordAttempts,
    private readonly users: UsersService,
    private readonly sessions: SessionManager,
    private readonly audit: SecurityLog,
  ) {}

  /**
   * Changes the password, ends all other sessions of the user, and gives the caller's session a new token: a
   * person who knew the old password may have a session. When the other sessions cannot be ended, the change
   * fails and the old password stays in force. The caller's session is unchanged until the new password is
   * certainly in force.
   *
   * @throws SignInThrottledError when too many wrong passwords came before, here or at the sign-in
   */
  async change(
    session: Session,
    current: string,
    next: string,
    { ip, device }: Pick<PasswordAttempt, 'ip' | 'device'>,
  ): Promise<ChangedPassword> {
    const { id, username } = session.user;
    const cause = { by: id, reason: 'password-changed' };
    const endOthers = async () => {
      await this.sessions.revokeAll(id, { ...cause, except: session.id });
    };
    const outcome = await this.attempts.check({ username, ip, device }, (turn) =>
      this.users.changePassword(id, current, next, endOthers, turn),
    );
    if (outcome !== 'changed') {
      const told = { userId: id, sessionId: session.id, reason: outcome };
      this.audit.record({ event: 'password.refused', outcome: 'failure', ...told });
      return { outcome };
    }
    let sessionId = session.id;
    try {
      const rotated = await this.sessions.rotate(session.id, cause);
      if (rotated === null) throw sessionRequired();
      sessionId = rotated.session.id;
      return { outcome, token: rotated.token };
    } finally {
      // Recorded even when the session could not be rotated: the new password is in force.
      this.audit.record({ event: 'password.changed', outcome: 'success', userId: id, sessionId });
    }
  }
}
