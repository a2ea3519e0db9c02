import type { Envelope } from '../source/envelope.js';
import type { Duration } from '../common/duration.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { SessionEventCause } from '../events/session-event.js';
import type { IssuedSession } from '../issuer/issued-session.js';
import type { SessionOptions } from '../options/session.options.js';
import type { Session } from '../session/session.js';
import type { Role, SessionUser } from '../session/session-types.js';
import type { Timeout } from './expire-session.js';
import type { TestSessions } from './test-sessions.js';

/**
 * User with a live session in a tested application, see {@link signInAs}.
 *
 * @example
 * await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(200);
 * await carol.revoke();
 * await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(401);
 */
export class SignedInUser {
  /** Token of the session, as the application issues it to a client. */
  readonly token: string;
  /**
   * Headers of a request of this user: the session cookie under the application's name, or a bearer token
   * where the application reads no cookie.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Header with the token as `Authorization: Bearer`, for clients without cookies and for gRPC metadata. */
  readonly bearer: Readonly<Record<'authorization', string>>;

  readonly #sessions: TestSessions;
  readonly #tokenFrom: SessionOptions['tokenFrom'];
  #session: Session;

  constructor({ token, session }: IssuedSession, sessions: TestSessions) {
    const { cookie, tokenFrom } = sessions.options;
    this.#sessions = sessions;
    this.#session = session;
    this.#tokenFrom = tokenFrom;
    this.token = token;
    this.bearer = { authorization: `Bearer ${token}` };
    this.headers = tokenFrom === 'bearer' ? this.bearer : { cookie: `${cookie.name}=${token}` };
  }

  /** Session after the last change through this object. */
  get session(): Session {
    return this.#session;
  }

  get user(): SessionUser {
    return this.#session.user;
  }

  /**
   * Message of this user for a handler, over a transport without headers, such as TCP. The application needs
   * `SessionCallsModule`, without which every handler that is not `@Public()` is closed.
   *
   * @param data Data that the handler receives.
   * @throws SessionOptionsError where the application reads no bearer token
   *
   * @example
   * await lastValueFrom(client.send('orders.list', carol.message({ page: 1 })));
   */
  message(data?: unknown): Envelope {
    if (this.#tokenFrom !== 'cookie') return { '@session': this.bearer, data };
    throw new SessionOptionsError(
      `message() sends a bearer token, which this application does not read: 'tokenFrom' of SessionModule is 'cookie'. Set it to 'either' or 'bearer', or send the message with SessionCalls of a calling application.`,
    );
  }

  /**
   * Ends the session, as a logout does. Emits the event `revoked`.
   *
   * @example
   * await carol.revoke({ reason: 'logout' });
   */
  async revoke(cause: SessionEventCause = {}): Promise<void> {
    await this.#sessions.revoke(this.#session.id, cause);
  }

  /**
   * Lets a timeout of the session run out, without waiting. Emits the event `expired`.
   *
   * @param timeout Timeout that runs out: from the last use, or from the sign-in.
   *
   * @example
   * await carol.expire('absolute');
   */
  async expire(timeout: Timeout = 'idle'): Promise<void> {
    await this.#sessions.expire(this.#session, timeout);
  }

  /**
   * Replaces the roles in all sessions of the user, as an administrator does. Emits the event `rolesChanged`.
   *
   * @example
   * await carol.setRoles(['orders', 'orders:write']);
   */
  async setRoles(roles: readonly Role[]): Promise<void> {
    this.#session = (await this.#sessions.setRoles(this.#session, roles)) ?? this.#session;
  }

  /**
   * Moves the sign-in into the past, for routes with `@RequireRecentSignIn()`. Both timeouts run on unchanged.
   *
   * @param by Duration, such as `'10m'`.
   *
   * @example
   * await carol.ageSignIn('10m');
   */
  async ageSignIn(by: Duration): Promise<void> {
    this.#session = (await this.#sessions.ageSignIn(this.#session, by)) ?? this.#session;
  }
}
