import { hash as bcryptHash, getRounds } from 'bcrypt';
import { eq, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../database/database';
import { DatabaseUnavailableError } from '../../database/database-unavailable.error';
import { users } from '../../database/schema';
import { type TestPostgres } from '../../database/testing/every-postgres';
import { eachRow } from '../../../../../tools/testing/each-row';
import { eventually } from '../../../../../tools/testing/eventually';
import { gate } from '../../database/testing/gate';
import type { PasswordTurn } from '../../passwords/password-turn';
import { OWN_LANE } from '../../passwords/queue-lane';
import { PasswordHasher } from '../../passwords/password-hasher';
import { PASSWORD_GUESSABLE } from '../../passwords/password-policy';
import { PasswordPolicyError } from '../../passwords/password-policy.error';
import { PasswordQueueFullError } from '../../passwords/password-queue-full.error';
import { DEMO_USERS, seedDemoUsers } from '../demo-users';
import { InvalidUserError } from '../invalid-user.error';
import { LastAdministratorError } from '../last-administrator.error';
import { type User } from '../user';
import { UsernameTakenError } from '../username-taken.error';
import { type RoleChangeSteps, type TakeFromSessions, UsersService } from '../users.service';

const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another horse battery';
const NOTHING_TO_APPLY = () => Promise.resolve();
const NO_STEPS: RoleChangeSteps = {
  take: NOTHING_TO_APPLY,
  committed: () => undefined,
  give: NOTHING_TO_APPLY,
};
/** Returns steps of which only the first does something. */
const taking = (take: TakeFromSessions): RoleChangeSteps => ({ ...NO_STEPS, take });

/** All tests of the service, on an empty PostgreSQL. */
export function usersServiceSuite(postgres: TestPostgres): void {
  const hasher = new PasswordHasher(10);
  let database: Database;
  let service: UsersService;

  beforeAll(async () => {
    database = await openDatabase({ databaseUrl: postgres.url, dataDir: '' });
    service = new UsersService(database, hasher);
  });

  afterAll(() => database.close());

  beforeEach(() => database.run((queries) => queries.delete(users)));

  const createAlice = () =>
    service.create({ username: 'alice', password: PASSWORD, roles: ['orders'] });

  async function storedHash(id: string): Promise<string> {
    const [row] = await database.run((queries) =>
      queries.select().from(users).where(eq(users.id, id)),
    );
    return row?.passwordHash ?? '';
  }

  /** Resolves when so many queries on this database wait for a lock. */
  async function untilWaiting(count: number): Promise<void> {
    await eventually(async () => {
      const { rows } = await database.run((queries) =>
        queries.execute(
          sql`select from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'`,
        ),
      );
      return rows.length === count;
    });
  }

  /** Resolves when a transaction holds a row lock. */
  async function untilLocked(): Promise<void> {
    await eventually(async () => {
      const { rows } = await database.run((queries) =>
        queries.execute(
          sql`select from pg_stat_activity
                where datname = current_database() and state = 'idle in transaction'`,
        ),
      );
      return rows.length > 0;
    });
  }

  it('serves other users while one row is locked', async () => {
    const alice = await createAlice();
    const bob = await service.create({ username: 'bob', password: PASSWORD, roles: [] });
    const held = gate();
    const holding = database.transaction(async (queries) => {
      await queries.select().from(users).where(eq(users.id, alice.id)).for('update');
      await held.opened;
    });
    await untilLocked();
    const waiting = Array.from({ length: 40 }, () => service.isUnchanged(alice));
    const outcomes = Promise.allSettled(waiting);
    await untilWaiting(2);

    await expect(service.isUnchanged(bob)).resolves.toBe(true);
    await expect(service.changeDisabled(bob.id, true, NOTHING_TO_APPLY)).resolves.toMatchObject({
      disabled: true,
    });

    held.open();
    await holding;
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ value: true });
  });

  it('fails with DatabaseUnavailableError when a row lock is not released in time', async () => {
    const alice = await createAlice();
    const held = gate();
    const holding = database.transaction(async (queries) => {
      await queries.select().from(users).where(eq(users.id, alice.id)).for('update');
      await held.opened;
    });
    await untilLocked();
    await expect(service.isUnchanged(alice)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    held.open();
    await holding;
  });

  describe('create', () => {
    it('creates a user who can sign in', async () => {
      const user = await createAlice();
      expect(user).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        username: 'alice',
        roles: ['orders'],
        disabled: false,
        version: 1,
        createdAt: expect.any(Date) as Date,
      });
      await expect(service.authenticate('alice', PASSWORD)).resolves.toEqual(user);
    });

    it('stores the username in lower case, and accepts any case', async () => {
      const user = await service.create({ username: 'BoB', password: PASSWORD, roles: [] });
      expect(user.username).toBe('bob');
      await expect(service.findByUsername('BOB')).resolves.toEqual(user);
      await expect(service.authenticate('bOb', PASSWORD)).resolves.toEqual(user);
    });

    it('rejects a username that is taken, in any case', async () => {
      await createAlice();
      await expect(
        service.create({ username: 'ALICE', password: PASSWORD, roles: [] }),
      ).rejects.toThrow(new UsernameTakenError('alice'));
    });

    it('creates one user when several calls race for the same username', async () => {
      const attempts = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          service.create({
            username: index % 2 ? 'alice' : 'Alice',
            password: PASSWORD,
            roles: [],
          }),
        ),
      );
      const failures = attempts.flatMap((attempt) =>
        attempt.status === 'rejected' ? [attempt.reason as unknown] : [],
      );
      expect(failures).toHaveLength(7);
      for (const failure of failures) expect(failure).toBeInstanceOf(UsernameTakenError);
      await expect(service.list()).resolves.toHaveLength(1);
    });

    it.each([
      ['a username', { username: 'two words', password: PASSWORD, roles: [] }, InvalidUserError],
      ['roles', { username: 'bob', password: PASSWORD, roles: ['a b'] }, InvalidUserError],
      ['a password', { username: 'bob', password: 'short', roles: [] }, PasswordPolicyError],
    ])('rejects %s in violation of the rules', async (_what, user, error) => {
      await expect(service.create(user)).rejects.toBeInstanceOf(error);
      await expect(service.list()).resolves.toEqual([]);
    });
  });

  describe('authenticate', () => {
    it('returns null for a wrong password, an unknown user and a disabled user', async () => {
      const { id } = await createAlice();
      await expect(service.authenticate('alice', OTHER_PASSWORD)).resolves.toBeNull();
      await expect(service.authenticate('mallory', PASSWORD)).resolves.toBeNull();
      await service.changeDisabled(id, true, NOTHING_TO_APPLY);
      await expect(service.authenticate('alice', PASSWORD)).resolves.toBeNull();
    });

    it('returns null for a username that no user can have', async () => {
      await createAlice();
      await eachRow(
        ['', 'alice\0', "alice' or '1'='1", 'x'.repeat(100_000)],
        (username) => expect(service.authenticate(username, PASSWORD)).resolves.toBeNull(),
        (username) => JSON.stringify(username.slice(0, 20)),
      );
    });

    it('verifies exactly once, for known, banned and unknown users alike', async () => {
      const { id } = await createAlice();
      await service.create({ username: 'banned', password: PASSWORD, roles: [] });
      const banned = await service.findByUsername('banned');
      await service.changeDisabled(banned?.id ?? '', true, NOTHING_TO_APPLY);
      const verify = jest.spyOn(hasher, 'verify');
      for (const [username, password, hash] of [
        ['alice', PASSWORD, await storedHash(id)],
        ['alice', OTHER_PASSWORD, await storedHash(id)],
        ['banned', PASSWORD, await storedHash(banned?.id ?? '')],
        ['mallory', PASSWORD, null],
        ['no name', PASSWORD, null],
      ] as const) {
        await service.authenticate(username, password);
        expect(verify.mock.calls).toEqual([
          [password, hash, { lane: OWN_LANE, around: expect.any(Function) as unknown }],
        ]);
        verify.mockClear();
      }
      verify.mockRestore();
    });

    it('wraps one comparison in the turn, which sees users who may not sign in as wrong', async () => {
      const { id } = await createAlice();
      const heard: boolean[] = [];
      const turn: PasswordTurn = {
        lane: OWN_LANE,
        around: async (compare) => {
          const isRight = await compare();
          heard.push(isRight);
          return isRight;
        },
      };
      await service.authenticate('alice', PASSWORD, turn);
      await service.authenticate('alice', OTHER_PASSWORD, turn);
      await service.authenticate('mallory', PASSWORD, turn);
      await service.authenticate('alice', 'a lone surrogate \ud800', turn);
      await service.changePassword(id, OTHER_PASSWORD, PASSWORD, NOTHING_TO_APPLY, turn);
      await service.changeDisabled(id, true, NOTHING_TO_APPLY);
      await service.authenticate('alice', PASSWORD, turn);
      expect(heard).toEqual([true, false, false, false, false, false]);
    });

    it('propagates a rejection by the turn before the comparison', async () => {
      await createAlice();
      const refusal = new Error('not now');
      const turn = { lane: OWN_LANE, around: () => Promise.reject(refusal) };
      await expect(service.authenticate('alice', PASSWORD, turn)).rejects.toBe(refusal);
      await expect(service.authenticate('alice', PASSWORD)).resolves.not.toBeNull();
    });

    it('renews a hash of another cost, but only after the right password', async () => {
      const user = await createAlice();
      const { id } = user;
      const before = await storedHash(id);
      const costlier = new UsersService(database, new PasswordHasher(11));

      await costlier.authenticate('alice', OTHER_PASSWORD);
      await expect(storedHash(id)).resolves.toBe(before);

      await expect(costlier.authenticate('alice', PASSWORD)).resolves.toEqual(user);
      expect(getRounds(await storedHash(id))).toBe(11);
      await expect(costlier.authenticate('alice', PASSWORD)).resolves.toEqual(user);
      await expect(costlier.isUnchanged(user)).resolves.toBe(true);
    });

    it('accepts the right password even when the queue is too full to renew the hash', async () => {
      const user = await createAlice();
      const before = await storedHash(user.id);
      const costlier = new PasswordHasher(11);
      jest.spyOn(costlier, 'hash').mockRejectedValueOnce(new PasswordQueueFullError());
      const busy = new UsersService(database, costlier);

      await expect(busy.authenticate('alice', PASSWORD)).resolves.toEqual(user);
      await expect(storedHash(user.id)).resolves.toBe(before);

      await expect(busy.authenticate('alice', PASSWORD)).resolves.toEqual(user);
      expect(getRounds(await storedHash(user.id))).toBe(11);
    });

    it('does not overwrite a password changed meanwhile when it renews a hash', async () => {
      const { id } = await createAlice();
      const costlier = new PasswordHasher(11);
      const hash = costlier.hash.bind(costlier);
      jest.spyOn(costlier, 'hash').mockImplementationOnce(async (password) => {
        await service.setPassword(id, OTHER_PASSWORD, NOTHING_TO_APPLY);
        return hash(password);
      });
      await new UsersService(database, costlier).authenticate('alice', PASSWORD);
      await expect(service.authenticate('alice', PASSWORD)).resolves.toBeNull();
      await expect(service.authenticate('alice', OTHER_PASSWORD)).resolves.not.toBeNull();
    });

    it('authenticates users with imported bcrypt hashes', async () => {
      await database.run(async (queries) =>
        queries
          .insert(users)
          .values({ username: 'veteran', passwordHash: await bcryptHash('short', 10) }),
      );
      await expect(service.authenticate('veteran', 'short')).resolves.toMatchObject({
        username: 'veteran',
        roles: [],
      });
    });
  });

  describe('finding users', () => {
    it('finds a user by id', async () => {
      const user = await createAlice();
      await expect(service.findById(user.id)).resolves.toEqual(user);
      await expect(service.findById(randomUUID())).resolves.toBeNull();
    });

    it('finds no user by a malformed id', async () => {
      await eachRow(['', 'alice', '1; drop table users', '\0'], async (id) => {
        await expect(service.findById(id)).resolves.toBeNull();
        await expect(service.changeRoles(id, [], NO_STEPS)).resolves.toBeNull();
        await expect(
          service.changePassword(id, PASSWORD, OTHER_PASSWORD, NOTHING_TO_APPLY),
        ).resolves.toBe('unknown');
      });
    });

    it('lists users by name, page by page', async () => {
      for (const username of ['dave', 'Alice', 'carol', 'bob']) {
        await service.create({ username, password: PASSWORD, roles: [] });
      }
      const names = async (page?: Parameters<typeof service.list>[0]) =>
        (await service.list(page)).map(({ username }) => username);
      await expect(names()).resolves.toEqual(['alice', 'bob', 'carol', 'dave']);
      await expect(names({ limit: 2 })).resolves.toEqual(['alice', 'bob']);
      await expect(names({ limit: 2, after: 'Bob' })).resolves.toEqual(['carol', 'dave']);
      await expect(names({ after: 'dave' })).resolves.toEqual([]);
    });

    it('rejects a page size outside 1 to 1000', async () => {
      await eachRow(
        [0, 1_001, 2.5, NaN],
        (limit) => expect(service.list({ limit })).rejects.toBeInstanceOf(RangeError),
        String,
      );
    });

    it('rejects a page after an invalid username', async () => {
      await expect(service.list({ after: '\0' })).rejects.toBeInstanceOf(InvalidUserError);
    });
  });

  it('never returns a password hash', async () => {
    const { id } = await createAlice();
    let applied: User | undefined;
    const shown = [
      await service.authenticate('alice', PASSWORD),
      await service.findById(id),
      await service.findByUsername('alice'),
      ...(await service.list()),
      await service.changeRoles(
        id,
        [],
        taking((user) => {
          applied = user;
          return Promise.resolve();
        }),
      ),
      applied,
    ];
    for (const user of shown) {
      expect(Object.keys(user ?? {}).sort()).toEqual([
        'createdAt',
        'disabled',
        'id',
        'roles',
        'username',
        'version',
      ]);
    }
  });

  /** All changes of a user that the live sessions must follow. */
  const CHANGES: [string, (id: string, apply: () => Promise<void>) => Promise<unknown>][] = [
    ['changeRoles', (id, apply) => service.changeRoles(id, ['admin'], taking(apply))],
    ['changeDisabled', (id, apply) => service.changeDisabled(id, true, apply)],
    ['setPassword', (id, apply) => service.setPassword(id, OTHER_PASSWORD, apply)],
    ['changePassword', (id, apply) => service.changePassword(id, PASSWORD, OTHER_PASSWORD, apply)],
  ];

  describe.each(CHANGES)('%s', (_name, change) => {
    it('is detected by isUnchanged', async () => {
      const user = await createAlice();
      await expect(service.isUnchanged(user)).resolves.toBe(true);
      await change(user.id, NOTHING_TO_APPLY);
      await expect(service.isUnchanged(user)).resolves.toBe(false);
      await expect(service.findById(user.id)).resolves.toMatchObject({
        version: user.version + 1,
      });
    });

    it('blocks isUnchanged while it is in flight', async () => {
      const user = await createAlice();
      const sessions = gate();
      const locked = gate();
      const changing = change(user.id, () => {
        locked.open();
        return sessions.opened;
      });
      await locked.opened;
      const unchanged = service.isUnchanged(user);
      await untilWaiting(1);
      sessions.open();
      await changing;
      await expect(unchanged).resolves.toBe(false);
    });

    it('is rolled back when the sessions cannot be updated', async () => {
      const user = await createAlice();
      const failure = new Error('Redis is away');
      await expect(change(user.id, () => Promise.reject(failure))).rejects.toBe(failure);
      await expect(service.findById(user.id)).resolves.toEqual(user);
      await expect(service.authenticate('alice', PASSWORD)).resolves.toEqual(user);
      await expect(service.isUnchanged(user)).resolves.toBe(true);
    });

    it('does nothing for an unknown user', async () => {
      const apply = jest.fn(NOTHING_TO_APPLY);
      const result = await change(randomUUID(), apply);
      expect([null, 'unknown']).toContain(result);
      expect(apply).not.toHaveBeenCalled();
    });
  });

  it('serialises the changes of one user, including those to its sessions', async () => {
    const { id } = await createAlice();
    const log: string[] = [];
    const first = gate();
    const firstLocked = gate();
    const changeRoles = (role: string, hold: Promise<void>) =>
      service.changeRoles(
        id,
        [role],
        taking(async (user) => {
          log.push(`${role} begins`);
          firstLocked.open();
          await hold;
          log.push(`${user.roles.join()} ends`);
        }),
      );

    const one = changeRoles('one', first.opened);
    await firstLocked.opened;
    const two = changeRoles('two', Promise.resolve());
    await untilWaiting(1);
    expect(log).toEqual(['one begins']);
    first.open();
    await expect(one).resolves.toMatchObject({ roles: ['one'], version: 2 });
    await expect(two).resolves.toMatchObject({ roles: ['two'], version: 3 });
    expect(log).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('changes one user without waiting for the change of another', async () => {
    const alice = await createAlice();
    const bob = await service.create({ username: 'bob', password: PASSWORD, roles: [] });
    const sessions = gate();
    const changing = service.changeRoles(
      alice.id,
      [],
      taking(() => sessions.opened),
    );
    await service.changeRoles(bob.id, ['orders'], NO_STEPS);
    sessions.open();
    await changing;
  });

  it('lifts a ban', async () => {
    const { id } = await createAlice();
    await service.changeDisabled(id, true, NOTHING_TO_APPLY);
    const user = await service.changeDisabled(id, false, NOTHING_TO_APPLY);
    await expect(service.authenticate('alice', PASSWORD)).resolves.toEqual(user);
  });

  describe('the last administrator', () => {
    const administrator = (username: string) =>
      service.create({ username, password: PASSWORD, roles: ['admin', 'orders'] });
    const demote = (id: string) => service.changeRoles(id, ['orders'], NO_STEPS);
    const ban = (id: string) => service.changeDisabled(id, true, NOTHING_TO_APPLY);

    it.each([
      ['demoted', demote],
      ['banned', ban],
    ])('cannot be %s', async (_what, change) => {
      const last = await administrator('alice');
      await expect(change(last.id)).rejects.toBeInstanceOf(LastAdministratorError);
      await expect(change(last.id.toUpperCase())).rejects.toBeInstanceOf(LastAdministratorError);
      await expect(service.isUnchanged(last)).resolves.toBe(true);
      await expect(service.changeRoles(last.id, ['admin'], NO_STEPS)).resolves.not.toBeNull();

      await administrator('bob');
      await expect(change(last.id)).resolves.not.toBeNull();
    });

    it('is determined without banned administrators, and other users can be changed', async () => {
      const [alice, bob] = [await administrator('alice'), await administrator('bob')];
      const carol = await service.create({ username: 'carol', password: PASSWORD, roles: [] });
      await ban(bob.id);
      await expect(demote(alice.id)).rejects.toBeInstanceOf(LastAdministratorError);
      await expect(ban(carol.id)).resolves.not.toBeNull();
      await expect(demote(bob.id)).resolves.not.toBeNull();
    });

    it('remains when several administrators demote each other at once', async () => {
      const all = await Promise.all(['a1', 'a2', 'a3', 'a4'].map(administrator));
      const outcomes = await Promise.allSettled(all.map(({ id }) => demote(id)));
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      const left = (await service.list()).filter(({ roles }) => roles.includes('admin'));
      expect(left).toHaveLength(1);
    });
  });

  it('rejects a role change in violation of the rules', async () => {
    const user = await createAlice();
    await expect(
      service.changeRoles(user.id, ['orders', 'orders'], NO_STEPS),
    ).rejects.toBeInstanceOf(InvalidUserError);
    await expect(service.isUnchanged(user)).resolves.toBe(true);
  });

  describe('changePassword', () => {
    it('requires the current password', async () => {
      const { id } = await createAlice();
      const apply = jest.fn(NOTHING_TO_APPLY);
      await expect(
        service.changePassword(id, 'not the right one', OTHER_PASSWORD, apply),
      ).resolves.toBe('wrong-password');
      expect(apply).not.toHaveBeenCalled();

      await expect(service.changePassword(id, PASSWORD, OTHER_PASSWORD, apply)).resolves.toBe(
        'changed',
      );
      expect(apply).toHaveBeenCalledTimes(1);
      await expect(service.authenticate('alice', PASSWORD)).resolves.toBeNull();
      await expect(service.authenticate('alice', OTHER_PASSWORD)).resolves.not.toBeNull();
    });

    it('returns unknown for a disabled user', async () => {
      const { id } = await createAlice();
      await service.changeDisabled(id, true, NOTHING_TO_APPLY);
      await expect(
        service.changePassword(id, PASSWORD, OTHER_PASSWORD, NOTHING_TO_APPLY),
      ).resolves.toBe('unknown');
    });

    it('rejects a new password in violation of the rules', async () => {
      const { id } = await createAlice();
      await expect(
        service.changePassword(id, PASSWORD, 'short', NOTHING_TO_APPLY),
      ).rejects.toBeInstanceOf(PasswordPolicyError);
      await expect(
        service.setPassword(id, 'x'.repeat(129), NOTHING_TO_APPLY),
      ).rejects.toBeInstanceOf(PasswordPolicyError);
    });

    it('rejects a guessable password, as do create and setPassword', async () => {
      const { id } = await createAlice();
      for (const password of ['password1234567', 'ALICE-1234567890']) {
        for (const set of [
          () => service.create({ username: 'alice', password, roles: [] }),
          () => service.setPassword(id, password, NOTHING_TO_APPLY),
          () => service.changePassword(id, PASSWORD, password, NOTHING_TO_APPLY),
        ]) {
          await expect(set()).rejects.toThrow(new PasswordPolicyError(PASSWORD_GUESSABLE));
        }
      }
      await expect(service.authenticate('alice', PASSWORD)).resolves.not.toBeNull();
    });

    it('reports a conflict to one of two simultaneous changes', async () => {
      const { id } = await createAlice();
      const locked = gate();
      const sessions = gate();
      const hold = () => {
        locked.open();
        return sessions.opened;
      };
      const both = [
        service.changePassword(id, PASSWORD, 'the first new password', hold),
        service.changePassword(id, PASSWORD, 'the second new password', hold),
      ];
      await locked.opened;
      await untilWaiting(1);
      sessions.open();
      expect((await Promise.all(both)).sort()).toEqual(['changed', 'conflict']);
    });

    it('reports a conflict when the user is banned meanwhile', async () => {
      const { id } = await createAlice();
      const locked = gate();
      const sessions = gate();
      const banning = service.changeDisabled(id, true, () => {
        locked.open();
        return sessions.opened;
      });
      await locked.opened;
      const changing = service.changePassword(id, PASSWORD, OTHER_PASSWORD, NOTHING_TO_APPLY);
      await untilWaiting(1);
      sessions.open();
      await banning;
      await expect(changing).resolves.toBe('conflict');
      await expect(service.findById(id)).resolves.toMatchObject({ disabled: true, version: 2 });
    });
  });

  describe('seedDemoUsers', () => {
    it('creates the demo users, even when two instances start at once', async () => {
      await Promise.all([seedDemoUsers(service), seedDemoUsers(service)]);
      for (const { username, password, roles } of DEMO_USERS) {
        await expect(service.authenticate(username, password)).resolves.toMatchObject({ roles });
      }
      await expect(service.list()).resolves.toHaveLength(4);
    });

    it('leaves existing users unchanged', async () => {
      const { id } = await createAlice();
      await service.changeDisabled(id, true, NOTHING_TO_APPLY);
      const before = await service.findById(id);
      await seedDemoUsers(service);
      await expect(service.findByUsername('alice')).resolves.toEqual(before);
    });
  });
}
