import { cheapBcrypt } from '../passwords/testing/cheap-bcrypt';
import { PasswordAttempts } from '../throttle/password-attempts';
import { breakableServices } from '../users/testing/breakable-services';
import { SignInService } from './sign-in.service';

const PASSWORD = 'correct horse battery';

/** Query that checks whether the user has changed in the meantime. */
const LAST_QUERY = /for share/;

describe('a sign-in whose last query to PostgreSQL is lost', () => {
  cheapBcrypt();
  const services = breakableServices();

  it('ends no other session and leaves no session of its own', async () => {
    const { users, sessions } = services.test;
    const { id } = await users.create({ username: 'alice', password: PASSWORD, roles: [] });
    const user = { id, username: 'alice' };
    const issued = [];
    for (let i = 0; i < 10; i += 1) issued.push(await sessions.create({ user, roles: [] }));
    const previousTokens = issued.slice(-1).map(({ token }) => token);
    const { app } = services;
    const signIn = new SignInService(
      new PasswordAttempts(app.redis),
      app.users,
      app.sessions,
      app.securityLog,
    );
    const request = { username: 'alice', password: PASSWORD, userAgent: null, ip: null };

    const { broke, error } = await services.during(LAST_QUERY, () =>
      signIn.signIn({ ...request, previousTokens }),
    );

    expect(broke).toBe(true);
    expect(error).toMatchObject({ code: 'ERR_DATABASE_UNAVAILABLE' });
    const left = await sessions.listByUser(user.id);
    const idsOf = (all: { session: { id: string } }[]) =>
      all.map(({ session }) => session.id).sort();
    expect(idsOf(left)).toEqual(idsOf(issued));
  });
});
