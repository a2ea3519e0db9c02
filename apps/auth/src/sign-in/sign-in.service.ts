import { SecurityLog } from 'nest-sessions/audit';
import { type IssuedSession, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { Injectable } from '@nestjs/common';
import { PasswordAttempts } from '../throttle/password-attempts';
import type { User } from '../users/user';
import { UsersService } from '../users/users.service';

/** Credentials of a sign-in, and the client that it comes from. */
export interface SignInRequest {
  readonly username: string;
  readonly password: string;
  readonly userAgent: string | null;
  readonly ip: string | null;
  /** Token of the browser, if the browser is known. */
  readonly device?: string | null;
  /** Tokens in the request: the new session replaces their sessions. */
  readonly previousTokens: readonly string[];
}

/** Turns a username and a password into a session. */
@Injectable()
export class SignInService {
  constructor(
    private readonly attempts: PasswordAttempts,
    private readonly users: UsersService,
    private readonly sessions: SessionManager,
    private readonly audit: SecurityLog,
  ) {}

  /**
   * @returns the session and its token. `null` when the user is unknown, disabled or changed in the meantime,
   *   or the password is wrong; the cases are indistinguishable.
   * @throws SignInThrottledError when too many wrong passwords came before
   */
  async signIn(request: SignInRequest): Promise<IssuedSession | null> {
    const user = await this.attempts.check(request, (turn) =>
      this.users.authenticate(request.username, request.password, turn, (refusal) => {
        this.#recordFailure(refusal.user, refusal.reason);
      }),
    );
    if (user === null) return null;
    const { previousTokens, userAgent, ip } = request;
    const issued = await this.sessions.create(
      {
        user: { id: user.id, username: user.username },
        roles: user.roles,
        userAgent,
        ip,
        replaces: previousTokens.map(sessionIdOf),
      },
      { by: user.id, reason: 'signed-in' },
      // From here on, a ban or a role change finds the session. An earlier change did not find it, but has
      // changed the user.
      { confirm: () => this.users.isUnchanged(user) },
    );
    if (issued === null) {
      this.#recordFailure(user, 'changed-meanwhile');
      return null;
    }
    const { id: userId, username } = user;
    const told = { userId, username, sessionId: issued.session.id };
    this.audit.record({ event: 'signIn.succeeded', outcome: 'success', ...told });
    return issued;
  }

  /** Ends the sessions of these tokens. */
  async signOut(tokens: readonly string[]): Promise<void> {
    for (const token of tokens) {
      await this.sessions.revoke(sessionIdOf(token), ({ user }) => ({
        by: user.id,
        reason: 'signed-out',
      }));
    }
  }

  #recordFailure(
    user: User | null,
    reason: 'unknown' | 'wrong' | 'disabled' | 'changed-meanwhile',
  ): void {
    const told = { userId: user?.id ?? null, username: user?.username ?? null, reason };
    this.audit.record({ event: 'signIn.failed', outcome: 'failure', ...told });
  }
}
