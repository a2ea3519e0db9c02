import { randomUUID } from 'node:crypto';
import type { Role, SessionData, SessionUser } from '../session/session-types.js';
import { SignedInUser } from './signed-in-user.js';
import { TestSessions } from './test-sessions.js';
import type { TestedApp } from './tested-app.js';

/** Fields of the session of a test. */
export interface SignInOptions {
  /** @default [] */
  readonly roles?: readonly Role[];
  /** @default a user of its own for each session */
  readonly user?: Partial<SessionUser>;
  /** @default {} */
  readonly data?: SessionData;
  /** Recorded `User-Agent` of the sign-in, which `SessionBindingModule` compares. @default null */
  readonly userAgent?: string | null;
  /** Recorded address of the sign-in, which `SessionBindingModule` compares. @default null */
  readonly ip?: string | null;
}

/**
 * Signs a user in to a tested application, without a password. Needs {@link SessionTestingModule}. In an app
 * with session events, emits the event `created`.
 *
 * @throws SessionOptionsError naming the missing module
 * @throws InvalidSessionError for a user, roles or data that no service could read
 *
 * @example
 * const carol = await signInAs(app, { roles: ['orders'], user: { username: 'carol' } });
 * await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(200);
 *
 * @example
 * // Fastify
 * const response = await fastify.inject({ url: '/orders', headers: carol.headers });
 */
export async function signInAs(
  app: TestedApp,
  { roles = [], user, data, userAgent = null, ip = null }: SignInOptions = {},
): Promise<SignedInUser> {
  const sessions = TestSessions.of(app, 'signInAs');
  const issued = await sessions.create({
    user: uniqueUser(user),
    roles,
    userAgent,
    ip,
    ...(data === undefined ? {} : { data }),
  });
  return new SignedInUser(issued, sessions);
}

function uniqueUser(user: Partial<SessionUser> = {}): SessionUser {
  const id = user.id ?? randomUUID();
  return { ...user, id, username: user.username ?? `user-${id}` };
}
