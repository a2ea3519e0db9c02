import { SecurityLog, type Session, SessionManager, sessionRequired } from 'nest-sessions';
import { Injectable } from '@nestjs/common';
import { type PasswordAttempt, PasswordAttempts } from '../throttle/password-attempts';
import { type PasswordChange, UsersService } from '../users/users.service';

/** How a change of password ended, with the session's new token where it took place. */
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
   * Whoever knew the old password may have a session: all end but the caller's, and that one gets a
   * new token. Fails, with the old password still in force, when the others cannot be ended. The caller's
   * goes on as it is until the new password is in force for certain.
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
      // Also when the session could not be rotated: the new password is in force.
      this.audit.record({ event: 'password.changed', outcome: 'success', userId: id, sessionId });
    }
  }
}
