import { Inject, Injectable } from '@nestjs/common';
import { and, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import { DatabaseError } from 'pg';
import { type Database, LOCK_TIMEOUT_MS } from '../database/database';
import { DATABASE } from '../database/database.token';
import { type Queries } from '../database/queries';
import { UNIQUE_VIOLATION } from '../database/query-error';
import { users } from '../database/schema';
import { PasswordHasher } from '../passwords/password-hasher';
import { PasswordPolicyError } from '../passwords/password-policy.error';
import { isGuessable } from '../passwords/guessable-password';
import { PASSWORD_GUESSABLE, passwordProblem } from '../passwords/password-policy';
import { PasswordQueueFullError } from '../passwords/password-queue-full.error';
import { PLAIN_TURN, type PasswordTurn } from '../passwords/password-turn';
import { InvalidUserError } from './invalid-user.error';
import { LastAdministratorError } from './last-administrator.error';
import { isRoleList, ROLES_RULE } from './roles';
import { type User } from './user';
import { UserTurns } from './user-turns';
import { UsernameTakenError } from './username-taken.error';
import { canonicalUsername, isUsername, USERNAME_RULE } from './username';

/** Data of a new user. */
export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** A page of the list of users. */
export interface UserPage {
  /** Maximum number of users: 1 to 1000. @default 100 */
  readonly limit?: number;
  /** Only usernames after this one, the last username of the previous page. */
  readonly after?: string;
}

/**
 * Takes from the user's live sessions what a change takes from the user. Runs inside the transaction of the
 * change: when it fails, the change is rolled back.
 */
export type TakeFromSessions = (user: User) => Promise<void>;

/** Steps of a role change in addition to the change of the user database, in this order. */
export interface RoleChangeSteps {
  /** Removes the roles that the user loses from the live sessions. */
  readonly take: TakeFromSessions;
  /** Called once the change is committed, whatever comes after. */
  readonly committed: (user: User) => void;
  /**
   * Gives the live sessions the current roles of the user. The user cannot change in the meantime. When this
   * step fails, the sessions have fewer roles than the user: a repetition of the same change corrects them.
   */
  readonly give: (user: User) => Promise<void>;
}

/** Reason of a rejected sign-in, for the log only: no response reveals it. */
export interface SignInRefusal {
  readonly reason: 'unknown' | 'wrong' | 'disabled';
  /** User with this name, if there is one. */
  readonly user: User | null;
}

/** Result of a password change by the user. */
export type PasswordChange =
  | 'changed'
  | 'wrong-password'
  /** Another request changed password, roles or state at the same time: try again. */
  | 'conflict'
  /** The user does not exist or is disabled. */
  | 'unknown';

/** Role of users who may administer users. */
const ADMIN = 'admin';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** All columns but the hash, which leaves this file only for the hasher. */
const { passwordHash: HASH, ...USER } = getTableColumns(users);
const USER_AND_HASH = { user: USER, passwordHash: HASH };

interface UserAndHash {
  readonly user: User;
  readonly passwordHash: string;
}

/**
 * Users, with their passwords and roles.
 *
 * Changes of one user are serialized by a lock on the user's row, which is held until the live sessions
 * follow the change. Without the lock, one of two concurrent changes could win in the database and the other
 * in the sessions.
 *
 * Every method throws DatabaseUnavailableError when the database cannot answer. Methods that take a password
 * throw PasswordQueueFullError, with nothing changed, when too many wait for bcrypt.
 */
@Injectable()
export class UsersService {
  readonly #turns = new UserTurns(LOCK_TIMEOUT_MS);

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Returns the user with this name, if the password is right and the user is not disabled.
   *
   * An unknown name, a wrong password and a disabled user give the same `null` after the same work: one query
   * and one bcrypt comparison. Only a success may take longer, when the hash is renewed because the
   * configured cost has changed.
   *
   * @param turn surrounds the comparison; a disabled user counts as a wrong password there
   * @param onRefusal called with the reason; does the same work for each reason
   */
  async authenticate(
    username: string,
    password: string,
    turn: PasswordTurn = PLAIN_TURN,
    onRefusal: (refusal: SignInRefusal) => void = () => undefined,
  ): Promise<User | null> {
    const found = await this.findWithHash(username);
    const compared = { matches: false };
    const isRight = await this.hasher.verify(password, found?.passwordHash ?? null, {
      lane: turn.lane,
      around: (compare) =>
        turn.around(async () => {
          compared.matches = await compare();
          return compared.matches && found?.user.disabled === false;
        }),
    });
    if (!found || !isRight) {
      const reason = found ? (compared.matches ? 'disabled' : 'wrong') : 'unknown';
      onRefusal({ reason, user: found?.user ?? null });
      return null;
    }
    if (this.hasher.needsRehash(found.passwordHash)) await this.renewHash(found, password);
    return found.user;
  }

  /**
   * Returns whether the user is still as read before: same version, and not disabled or enabled in the
   * meantime.
   *
   * A sign-in calls this method after it has stored the session. A ban, a role change or a password change
   * may commit between {@link authenticate} and the storing of the session. Such a change finds no session to
   * end or to change, but this method detects it. The row is read with a lock that waits for a change in
   * flight. A change that has looked for sessions but is not committed yet is therefore detected as well.
   * When the result is `false`, the new session must be revoked.
   */
  async isUnchanged(user: User): Promise<boolean> {
    const [current] = await this.#turns.take(user.id, () =>
      this.database.run((queries) =>
        queries
          .select({ version: users.version, disabled: users.disabled })
          .from(users)
          .where(eq(users.id, user.id))
          .for('share'),
      ),
    );
    return current?.version === user.version && current.disabled === user.disabled;
  }

  /** @returns `null` for an id that is unknown or not a UUID */
  async findById(id: string): Promise<User | null> {
    if (!UUID.test(id)) return null;
    const [user] = await this.database.run((queries) =>
      queries.select(USER).from(users).where(eq(users.id, id)),
    );
    return user ?? null;
  }

  /** Returns the usernames of these ids. Ids of other things than users are left out. */
  async namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = [...new Set(ids)].filter((id) => UUID.test(id));
    if (known.length === 0) return new Map();
    const found = await this.database.run((queries) =>
      queries
        .select({ id: users.id, username: users.username })
        .from(users)
        .where(inArray(users.id, known)),
    );
    return new Map(found.map(({ id, username }) => [id, username]));
  }

  /**
   * Ignores upper and lower case.
   *
   * @returns `null` for a name that is unknown or not a username
   */
  async findByUsername(username: string): Promise<User | null> {
    const found = await this.findWithHash(username);
    return found?.user ?? null;
  }

  /**
   * Lists the users in the order of their names, a page at a time.
   *
   * @throws RangeError when the limit is not a whole number from 1 to 1000
   * @throws InvalidUserError when `after` is not a valid username
   */
  async list({ limit = DEFAULT_PAGE, after }: UserPage = {}): Promise<User[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw new RangeError(`the limit is a whole number from 1 to ${MAX_PAGE}`);
    }
    if (after !== undefined) requireUsername(after);
    return this.database.run((queries) =>
      queries
        .select(USER)
        .from(users)
        .where(after === undefined ? undefined : gt(users.username, canonicalUsername(after)))
        .orderBy(users.username)
        .limit(limit),
    );
  }

  /**
   * @throws InvalidUserError, PasswordPolicyError when the rules do not allow the user
   * @throws UsernameTakenError when another user has the name, in upper or lower case
   */
  async create({ username, password, roles }: NewUser): Promise<User> {
    requireUsername(username);
    requireRoles(roles);
    const name = canonicalUsername(username);
    requirePassword(password, name);
    const hash = await this.hasher.hash(password);
    try {
      const [user] = await this.database.run((queries) =>
        queries
          .insert(users)
          .values({ username: name, passwordHash: hash, roles: [...roles] })
          .returning(USER),
      );
      return user as User;
    } catch (error) {
      const taken = error instanceof DatabaseError && error.code === UNIQUE_VIOLATION;
      throw taken ? new UsernameTakenError(name) : error;
    }
  }

  /**
   * Gives the user these roles, and no others.
   *
   * Sessions lose roles before the change is committed, and gain roles after it. After any failure, at any
   * point, no session has a role that the database does not give the user.
   *
   * @returns the user as changed; `null` when unknown
   * @throws InvalidUserError when the rules do not allow the roles
   * @throws LastAdministratorError when no user would be left to administer users
   * @throws any error of `take`; nothing is changed then
   * @throws any error of `give`; the user is changed then
   */
  async changeRoles(
    id: string,
    roles: readonly string[],
    { take, committed, give }: RoleChangeSteps,
  ): Promise<User | null> {
    requireRoles(roles);
    const sessions = { mayHaveLost: false };
    let user: User | null;
    try {
      user = await this.change(id, { roles: [...roles] }, (changed) => {
        sessions.mayHaveLost = true;
        return take(changed);
      });
    } catch (error) {
      // Sessions may have lost roles that the user has kept.
      if (sessions.mayHaveLost) await this.#whileUnchanged(id, give).catch(() => undefined);
      throw error;
    }
    if (user === null) return null;
    committed(user);
    await this.#whileUnchanged(id, give);
    return user;
  }

  /** Runs the action while no other change of the user is possible. */
  async #whileUnchanged(id: string, act: (user: User) => Promise<void>): Promise<void> {
    await this.#exclusively(id, async (queries) => {
      const locked = await lock(queries, id);
      if (locked) await act(locked.user);
    });
  }

  /**
   * Bans the user, or lifts the ban.
   *
   * @returns the user as changed; `null` when unknown
   * @throws LastAdministratorError when no user would be left to administer users
   * @throws any error of `take`; nothing is changed then
   */
  async changeDisabled(
    id: string,
    disabled: boolean,
    take: TakeFromSessions,
  ): Promise<User | null> {
    return this.change(id, { disabled }, take);
  }

  /**
   * Sets a password without the old password: for operators.
   *
   * @returns the user as changed; `null` when unknown
   * @throws PasswordPolicyError when the rules do not allow the password
   * @throws any error of `take`; nothing is changed then
   */
  async setPassword(id: string, password: string, take: TakeFromSessions): Promise<User | null> {
    const user = await this.findById(id);
    if (!user) return null;
    requirePassword(password, user.username);
    return this.change(id, { passwordHash: await this.hasher.hash(password) }, take);
  }

  /**
   * Sets a password for a user who knows the current password.
   *
   * The slow work is done before the row is locked. A check under the lock makes sure that the row has not
   * changed.
   *
   * @param turn surrounds the comparison of the current password
   * @throws PasswordPolicyError when the rules do not allow the new password
   * @throws any error of `take`; nothing is changed then
   */
  async changePassword(
    id: string,
    currentPassword: string,
    newPassword: string,
    take: TakeFromSessions,
    turn: PasswordTurn = PLAIN_TURN,
  ): Promise<PasswordChange> {
    if (!UUID.test(id)) return 'unknown';
    const [verified] = await this.database.run((queries) =>
      queries.select(USER_AND_HASH).from(users).where(eq(users.id, id)),
    );
    if (!verified || verified.user.disabled) return 'unknown';
    requirePassword(newPassword, verified.user.username);
    if (!(await this.hasher.verify(currentPassword, verified.passwordHash, turn))) {
      return 'wrong-password';
    }
    const hash = await this.hasher.hash(newPassword);
    return this.#exclusively(id, async (queries) => {
      const locked = await lock(queries, id);
      if (!locked) return 'unknown';
      const same =
        locked.user.version === verified.user.version &&
        locked.passwordHash === verified.passwordHash;
      if (!same) return 'conflict';
      await take(await update(queries, id, { passwordHash: hash }));
      return 'changed';
    });
  }

  /** Runs a transaction that locks the row of a user. */
  #exclusively<T>(id: string, work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#turns.take(id.toLowerCase(), () => this.database.transaction(work));
  }

  private async findWithHash(username: string): Promise<UserAndHash | null> {
    // Anything else is not a username, and may not be valid text for PostgreSQL (a NUL).
    if (!isUsername(username)) return null;
    const [found] = await this.database.run((queries) =>
      queries
        .select(USER_AND_HASH)
        .from(users)
        .where(eq(users.username, canonicalUsername(username))),
    );
    return found ?? null;
  }

  /**
   * Stores a new hash of the same password. The version therefore stays the same. A concurrent change is not
   * overwritten.
   */
  private async renewHash({ user, passwordHash }: UserAndHash, password: string): Promise<void> {
    const renewed = await this.hashUnlessBusy(password);
    if (renewed === null) return;
    await this.database.run((queries) =>
      queries
        .update(users)
        .set({ passwordHash: renewed })
        .where(and(eq(users.id, user.id), eq(users.passwordHash, passwordHash))),
    );
  }

  /**
   * Returns `null` when the queue is full: the sign-in succeeds all the same, and a later sign-in renews the
   * hash.
   */
  private async hashUnlessBusy(password: string): Promise<string | null> {
    try {
      return await this.hasher.hash(password);
    } catch (error) {
      if (error instanceof PasswordQueueFullError) return null;
      throw error;
    }
  }

  private async change(id: string, change: Change, take: TakeFromSessions): Promise<User | null> {
    if (!UUID.test(id)) return null;
    return this.#exclusively(id, async (queries) => {
      if (endsAdministration(change)) await requireOtherAdministrator(queries, id);
      if (!(await lock(queries, id))) return null;
      const user = await update(queries, id, change);
      await take(user);
      return user;
    });
  }
}

type Change = Partial<Pick<typeof users.$inferInsert, 'roles' | 'disabled' | 'passwordHash'>>;

function endsAdministration({ roles, disabled }: Change): boolean {
  return disabled === true || (roles !== undefined && !roles.includes(ADMIN));
}

/**
 * Blocks every other change that removes an administrator: when two administrators demote each other at once,
 * one is left.
 *
 * @throws LastAdministratorError when the user is the last administrator
 */
async function requireOtherAdministrator(queries: Queries, id: string): Promise<void> {
  const administrators = await queries
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.disabled, false), sql`${ADMIN} = any(${users.roles})`))
    // In a fixed order, so that two transactions do not wait for each other.
    .orderBy(users.id)
    .for('update');
  const isOne = administrators.some((one) => one.id === id.toLowerCase());
  if (isOne && administrators.length === 1) throw new LastAdministratorError();
}

/** Blocks every other change of the user, and {@link UsersService.isUnchanged}. */
async function lock(queries: Queries, id: string): Promise<UserAndHash | undefined> {
  const [row] = await queries
    .select(USER_AND_HASH)
    .from(users)
    .where(eq(users.id, id))
    .for('update');
  return row;
}

/** Updates a row that is locked and therefore exists. */
async function update(queries: Queries, id: string, change: Change): Promise<User> {
  const [user] = await queries
    .update(users)
    .set({ ...change, version: sql`${users.version} + 1` })
    .where(eq(users.id, id))
    .returning(USER);
  return user as User;
}

function requireUsername(username: string): void {
  if (!isUsername(username)) throw new InvalidUserError(USERNAME_RULE);
}

function requireRoles(roles: readonly string[]): void {
  if (!isRoleList(roles)) throw new InvalidUserError(ROLES_RULE);
}

function requirePassword(password: string, username: string): void {
  const problem = passwordProblem(password);
  if (problem) throw new PasswordPolicyError(problem);
  if (isGuessable(password, username)) throw new PasswordPolicyError(PASSWORD_GUESSABLE);
}
