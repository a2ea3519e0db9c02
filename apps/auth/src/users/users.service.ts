import { Inject, Injectable } from '@nestjs/common';
import { and, eq, getTableColumns, gt, sql } from 'drizzle-orm';
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

/** What a new user is made of. */
export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** A part of the list of users. */
export interface UserPage {
  /** At most so many: 1 to 1000. @default 100 */
  readonly limit?: number;
  /** Only usernames that come after this one: the last of the page before. */
  readonly after?: string;
}

/**
 * Takes from the user's live sessions what a change of the user takes from the user. It runs inside the
 * transaction of the change: when it fails, the change is undone.
 */
export type TakeFromSessions = (user: User) => Promise<void>;

/** What a change of roles does beside the user database, in this order. */
export interface RoleChangeSteps {
  /** Takes from the live sessions the roles that the user loses. */
  readonly take: TakeFromSessions;
  /** Told once the change is in, whatever comes after. */
  readonly committed: (user: User) => void;
  /**
   * Gives the live sessions the roles that the user has by now. The user cannot change meanwhile. When it
   * fails, the sessions have fewer roles than the user: the same change once more makes up for it.
   */
  readonly give: (user: User) => Promise<void>;
}

/** Why somebody is not let in: for the log, no answer tells. */
export interface SignInRefusal {
  readonly reason: 'unknown' | 'wrong' | 'disabled';
  /** The user of this name, if there is one. */
  readonly user: User | null;
}

/** How a user's wish for another password ended. */
export type PasswordChange =
  | 'changed'
  | 'wrong-password'
  /** Password, roles or state were changed by somebody else at the same time: try again. */
  | 'conflict'
  /** There is no such user, or the user is disabled. */
  | 'unknown';

/** The role that lets somebody administer users. */
const ADMIN = 'admin';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** All of a row but the hash, which leaves this file for nobody but the hasher. */
const { passwordHash: HASH, ...USER } = getTableColumns(users);
const USER_AND_HASH = { user: USER, passwordHash: HASH };

interface UserAndHash {
  readonly user: User;
  readonly passwordHash: string;
}

/**
 * The users: who may sign in, with what password, to what.
 *
 * Changes of one user are serialised by a lock on the user's row, which is held until the live
 * sessions follow the change. Without it, of two changes at once one could win in the database and
 * the other in the sessions.
 *
 * Every method throws DatabaseUnavailableError when the database cannot answer. Those that take a
 * password throw PasswordQueueFullError, with nothing changed, when too many wait for bcrypt.
 */
@Injectable()
export class UsersService {
  readonly #turns = new UserTurns(LOCK_TIMEOUT_MS);

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {}

  /**
   * The user of this name, if the password is right and the user is not disabled.
   *
   * An unknown name, a wrong password and a disabled user are the same `null` after the same work:
   * one query and one bcrypt comparison. Only a success may take longer, when the hash is renewed
   * because the configured cost has changed.
   *
   * @param turn surrounds the comparison, to which a disabled user is one with a wrong password
   * @param onRefusal is told which of them it was; it does the same work for each
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
   * Whether the user is still as read before: same version, not disabled meanwhile.
   *
   * For the sign-in, which calls it after it has stored the session. A ban, or a change of roles or
   * of the password, that commits between {@link authenticate} and the storing of the session finds
   * no session to end or to change; this finds that change. The row is read with a lock that waits
   * for a change in flight, so one that has looked for sessions but is not committed yet is not
   * missed either. When the answer is no, the new session must be revoked.
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

  /** @returns `null` for an id that is unknown, or that is no UUID */
  async findById(id: string): Promise<User | null> {
    if (!UUID.test(id)) return null;
    const [user] = await this.database.run((queries) =>
      queries.select(USER).from(users).where(eq(users.id, id)),
    );
    return user ?? null;
  }

  /** Upper and lower case are one. @returns `null` for a name that is unknown, or that is none */
  async findByUsername(username: string): Promise<User | null> {
    const found = await this.findWithHash(username);
    return found?.user ?? null;
  }

  /**
   * The users in the order of their names, a page at a time.
   *
   * @throws RangeError when the limit is not a whole number from 1 to 1000
   * @throws InvalidUserError when `after` is nobody's username
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
   * @throws InvalidUserError, PasswordPolicyError when the rules do not allow it
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
   * Sessions lose roles before the change is committed, and gain them after: whatever fails on the way, and
   * wherever the process ends, no session has a role that the database does not give the user.
   *
   * @returns the user as changed; `null` when unknown
   * @throws InvalidUserError when the rules do not allow the roles
   * @throws LastAdministratorError when nobody would be left to administer users
   * @throws what `take` throws; nothing is changed then
   * @throws what `give` throws; the user is changed then
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
      // Sessions may have lost what the user has kept.
      if (sessions.mayHaveLost) await this.#whileUnchanged(id, give).catch(() => undefined);
      throw error;
    }
    if (user === null) return null;
    committed(user);
    await this.#whileUnchanged(id, give);
    return user;
  }

  /** Holds off every change of the user meanwhile. */
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
   * @throws LastAdministratorError when nobody would be left to administer users
   * @throws what `take` throws; nothing is changed then
   */
  async changeDisabled(
    id: string,
    disabled: boolean,
    take: TakeFromSessions,
  ): Promise<User | null> {
    return this.change(id, { disabled }, take);
  }

  /**
   * Sets a password without asking for the old one: for operators.
   *
   * @returns the user as changed; `null` when unknown
   * @throws PasswordPolicyError when the rules do not allow the password
   * @throws what `take` throws; nothing is changed then
   */
  async setPassword(id: string, password: string, take: TakeFromSessions): Promise<User | null> {
    const user = await this.findById(id);
    if (!user) return null;
    requirePassword(password, user.username);
    return this.change(id, { passwordHash: await this.hasher.hash(password) }, take);
  }

  /**
   * Sets a password for who knows the current one.
   *
   * The slow work is done before the row is locked; that the row is still the one it was done for
   * is checked under the lock.
   *
   * @param turn surrounds the comparison of the current password
   * @throws PasswordPolicyError when the rules do not allow the new password
   * @throws what `take` throws; nothing is changed then
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

  /** A transaction that locks the row of a user. */
  #exclusively<T>(id: string, work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#turns.take(id.toLowerCase(), () => this.database.transaction(work));
  }

  private async findWithHash(username: string): Promise<UserAndHash | null> {
    // Anything else is nobody's name, and may be no text for PostgreSQL (a NUL).
    if (!isUsername(username)) return null;
    const [found] = await this.database.run((queries) =>
      queries
        .select(USER_AND_HASH)
        .from(users)
        .where(eq(users.username, canonicalUsername(username))),
    );
    return found ?? null;
  }

  /** The password stays the same, so the version does, and a change meanwhile is left alone. */
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

  /** Who gave the right password is let in all the same; a later sign-in renews the hash. */
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
 * Holds off every other change that takes a user out of the administrators: of two who do so to each other
 * at once, one is left.
 *
 * @throws LastAdministratorError when the user is the last of them
 */
async function requireOtherAdministrator(queries: Queries, id: string): Promise<void> {
  const administrators = await queries
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.disabled, false), sql`${ADMIN} = any(${users.roles})`))
    // In one order, so that two of them do not wait for each other.
    .orderBy(users.id)
    .for('update');
  const isOne = administrators.some((one) => one.id === id.toLowerCase());
  if (isOne && administrators.length === 1) throw new LastAdministratorError();
}

/** Holds off every other change of the user, and {@link UsersService.isUnchanged}. */
async function lock(queries: Queries, id: string): Promise<UserAndHash | undefined> {
  const [row] = await queries
    .select(USER_AND_HASH)
    .from(users)
    .where(eq(users.id, id))
    .for('update');
  return row;
}

/** For a row that is locked, and therefore there. */
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
