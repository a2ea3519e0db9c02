import type { Session } from 'nest-sessions';
import type { Fate } from '../../../../tools/testing/cut-proxy';
import { eachRow } from '../../../../tools/testing/each-row';
import { AdminUsersController } from '../admin/admin-users.controller';
import { PasswordService } from '../password/password.service';
import { cheapBcrypt } from '../passwords/testing/cheap-bcrypt';
import { PasswordAttempts } from '../throttle/password-attempts';
import { type Breakage, breakableServices } from './testing/breakable-services';
import type { User } from './user';

const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another horse battery';
const ADMIN = { id: 'admin-1', username: 'ada' };

/** Roles before and after. */
type Change = [before: string[], after: string[]];

const GIVEN: Change = [['orders'], ['orders', 'admin']];
const TAKEN: Change = [['orders', 'admin'], ['orders']];
const BOTH: Change = [TAKEN[0], ['products', 'orders']];

jest.setTimeout(120_000);

describe('a user change with PostgreSQL or Redis cut off at any request', () => {
  cheapBcrypt();
  const services = breakableServices();
  let created = 0;

  // Without another administrator, an administrator could not be demoted.
  beforeAll(async () => {
    const { users } = services.test;
    await users.create({ username: 'keeper', password: PASSWORD, roles: ['admin'] });
  });

  /** Creates a user with two sessions. */
  async function signedIn(
    roles: string[],
  ): Promise<{ user: User; session: Session; other: Session }> {
    const { users, sessions } = services.test;
    const username = `user-${(created += 1)}`;
    const user = await users.create({ username, password: PASSWORD, roles });
    const signedIn = { user: { id: user.id, username }, roles };
    const { session: other } = await sessions.create(signedIn);
    const { session } = await sessions.create(signedIn);
    return { user, session, other };
  }

  const rolesOfSessions = async ({ id }: User) =>
    (await services.test.sessions.listByUser(id)).map(({ session }) => session.roles);

  function controller(): AdminUsersController {
    const { users, sessions, securityLog } = services.app;
    return new AdminUsersController(users, sessions, securityLog);
  }

  /** Returns how many events of this type are in the security log. */
  const toldOf = (event: string) => services.told.filter((it) => it.event === event).length;

  /** Runs once for each request at which something can break. */
  async function atEveryRequest(
    fate: Fate,
    run: (breakage: Breakage) => Promise<boolean>,
    isForGood = false,
  ): Promise<void> {
    let at = 0;
    try {
      while (await run({ at, fate, isForGood })) at += 1;
    } catch (error) {
      throw new Error(`at request ${at}`, { cause: error });
    }
    expect(at).toBeGreaterThan(5);
  }

  /** @returns whether the change made enough requests to break */
  async function changeRoles([before, after]: Change, breakage: Breakage): Promise<boolean> {
    const { user } = await signedIn(before);
    const change = () => controller().setRoles(ADMIN, user.id, { roles: after });

    const { broke, error } = await services.during(breakage, change);

    const stored = (await services.test.users.findById(user.id))?.roles ?? [];
    const live = await rolesOfSessions(user);
    const tooMuch = live.flat().filter((role) => !stored.includes(role));
    expect({ sessions: live.length, tooMuch }).toEqual({ sessions: 2, tooMuch: [] });
    if (!breakage.isForGood) {
      expect(toldOf('user.rolesChanged')).toBe(stored.join() === after.join() ? 1 : 0);
    }
    if (error !== undefined) await change();
    expect(await rolesOfSessions(user)).toEqual([after, after]);
    return broke;
  }

  it.each<Fate>(['request lost', 'answer lost'])(
    'leaves no session with more roles than the database: %s',
    async (fate) => {
      await eachRow(
        [GIVEN, TAKEN, BOTH],
        (change) => atEveryRequest(fate, (breakage) => changeRoles(change, breakage)),
        ([before, after]) => `${before.join()} to ${after.join()}`,
      );
    },
  );

  it('leaves no session with more roles than the database when the process dies', async () => {
    await atEveryRequest('answer lost', (breakage) => changeRoles(BOTH, breakage), true);
  });

  it.each<Fate>(['request lost', 'answer lost'])(
    'leaves a banned user without sessions, and logs the ban: %s',
    async (fate) => {
      await atEveryRequest(fate, async (breakage) => {
        const { user } = await signedIn(['orders']);
        const ban = () => controller().setDisabled(ADMIN, user.id, { disabled: true });

        const { broke, error } = await services.during(breakage, ban);

        const isBanned = (await services.test.users.findById(user.id))?.disabled === true;
        if (isBanned) expect(await rolesOfSessions(user)).toEqual([]);
        expect(toldOf('user.disabled')).toBe(isBanned ? 1 : 0);
        if (error === undefined) expect(isBanned).toBe(true);
        return broke;
      });
    },
  );

  it.each<Fate>(['request lost', 'answer lost'])(
    'keeps the session when the password is unchanged, and logs a change: %s',
    async (fate) => {
      await atEveryRequest(fate, async (breakage) => {
        const { user, session, other } = await signedIn(['orders']);
        const { users, sessions, redis, securityLog } = services.app;
        const attempts = new PasswordAttempts(redis);
        const passwords = new PasswordService(attempts, users, sessions, securityLog);
        const change = () => passwords.change(session, PASSWORD, OTHER_PASSWORD, { ip: null });

        const { broke, result, error } = await services.during(breakage, change);

        const hasChanged =
          (await services.test.users.authenticate(user.username, OTHER_PASSWORD)) !== null;
        expect(toldOf('password.changed')).toBe(hasChanged ? 1 : 0);
        if (hasChanged) expect(await services.test.sessions.find(other.id)).toBeNull();
        else expect(await services.test.sessions.find(session.id)).not.toBeNull();
        if (error === undefined) expect(result).toMatchObject({ outcome: 'changed' });
        return broke;
      });
    },
  );
});
