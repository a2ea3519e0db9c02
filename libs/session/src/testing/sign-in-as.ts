import { randomUUID } from 'node:crypto';
import { type GivenData, NO_DATA } from '../issuer/new-session.js';
import type { Role, SessionUser } from '../session/session-types.js';
import { SignedInUser } from './signed-in-user.js';
import { TestSessions } from './test-sessions.js';
import type { TestedApp } from './tested-app.js';

type GeneratedUserFields = 'id' | 'username';

/** User of a test. Id and name are generated, the fields that the app declares are not. */
type TestUser = Partial<Pick<SessionUser, GeneratedUserFields>> &
  Omit<SessionUser, GeneratedUserFields>;

interface UserField {
  /** @default a user of its own for each session, unless the app declares required fields */
  readonly user: TestUser;
}

/** User of a new session: required once the app declares a required field of `SessionUser`. */
type GivenUser = Partial<TestUser> extends TestUser ? Partial<UserField> : UserField;

interface SignInFields {
  /** @default [] */
  readonly roles?: readonly Role[];
  /** Recorded `User-Agent` of the sign-in, which `SessionBindingModule` compares. @default null */
  readonly userAgent?: string | null;
  /** Recorded address of the sign-in, which `SessionBindingModule` compares. @default null */
  readonly ip?: string | null;
}

/** Fields of the session of a test. Optional, unless the app declares required user fields or data. */
export type SignInOptions = SignInFields & GivenUser & Readonly<GivenData>;

type GivenOptions =
  Partial<SignInOptions> extends SignInOptions
    ? [options?: SignInOptions]
    : [options: SignInOptions];

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
export async function signInAs(app: TestedApp, ...given: GivenOptions): Promise<SignedInUser> {
  const [options = {}]: [Partial<SignInOptions>?] = given;
  const { roles = [], user, data, userAgent = null, ip = null } = options;
  const sessions = TestSessions.of(app, 'signInAs');
  const issued = await sessions.create({
    user: uniqueUser(user),
    roles,
    userAgent,
    ip,
    data: data ?? NO_DATA,
  });
  return new SignedInUser(issued, sessions);
}

function uniqueUser(user: Partial<SessionUser> = {}): SessionUser {
  const id = user.id ?? randomUUID();
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- necessary in an app that declares required fields
  return { ...user, id, username: user.username ?? `user-${id}` } as SessionUser;
}
