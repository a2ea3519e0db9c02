import { type INestApplication, Module, UnauthorizedException } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { AllSessionsController } from './list-and-end-sessions/all-sessions.controller.js';
import { DevicesController } from './list-and-end-sessions/devices.controller.js';
import { SignInService } from './list-and-end-sessions/sign-in.service.js';
import { UsersService } from './list-and-end-sessions/users.service.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

const ada = { id: 'u-1', username: 'ada', roles: ['orders', 'orders:write'], isBanned: false };

@Module({
  imports: [SessionModule.forRoot({}), SessionIssuerModule.forRoot({})],
  controllers: [DevicesController, AllSessionsController],
  providers: [UsersService, SignInService],
})
class AuthModule {}

describe('an issuing app', () => {
  const start = recipeApps();
  const redis = startedRedis();
  let app: INestApplication;
  let manager: SessionManager;
  let users: UsersService;

  beforeAll(async () => {
    app = await start([AuthModule, SessionTestingModule.forRoot({ redis: redis.url })]);
    manager = app.get(SessionManager);
    users = app.get(UsersService);
  });

  beforeEach(() => {
    users.save(ada);
  });

  const list = ({ headers }: SignedInUser) => clientOf(app).get('/auth/sessions').set(headers);
  const endOthers = ({ headers }: SignedInUser) =>
    clientOf(app).delete('/auth/sessions').set(headers);
  const rolesOf = async (id: string) => (await manager.find(id))?.session.roles;

  it('lists the sessions of all users by role, page by page', async () => {
    const admin = await signInAs(app, { roles: ['admin'] as never[] });
    const { session } = await signInAs(app, { user: ada, roles: ['orders'] });
    for (let i = 0; i < 3; i += 1) await signInAs(app, { roles: ['products'] });
    const get = async (query: string) =>
      (await clientOf(app).get(`/admin/sessions${query}`).set(admin.headers).expect(200)).body as {
        total: number;
        sessions: { id: string }[];
        next: string | null;
      };

    const page = await get('?role=orders');

    expect(page.sessions.map(({ id }) => id)).toEqual([session.id]);
    expect(page).toMatchObject({ total: 5, next: null });
  });

  describe('that shows a user the sessions of the user', () => {
    let phone: SignedInUser;
    let laptop: SignedInUser;

    beforeEach(async () => {
      phone = await signInAs(app, { user: ada, userAgent: 'Phone' });
      laptop = await signInAs(app, { user: ada, userAgent: 'Laptop' });
    });

    it('lists only the sessions of the user, and no token', async () => {
      await signInAs(app, { userAgent: 'of another user' });
      const { body, text } = (await list(phone).expect(200)) as { body: object[]; text: string };
      const lastSeenAt = expect.any(Number) as number;
      expect(body).toHaveLength(2);
      expect(body).toContainEqual({ id: phone.session.id, userAgent: 'Phone', lastSeenAt });
      expect(body).toContainEqual({ id: laptop.session.id, userAgent: 'Laptop', lastSeenAt });
      for (const { token } of [phone, laptop]) {
        expect(text).toContain(sessionIdOf(token));
        expect(text).not.toContain(token);
      }
    });

    it('grants no access for a session id', async () => {
      const cookie = `__Host-sid=${phone.session.id}`;
      await clientOf(app).get('/auth/sessions').set('cookie', cookie).expect(401);
    });

    it('ends the other sessions after a recent sign-in only', async () => {
      await phone.ageSignIn('6m');
      await endOthers(phone).expect(403);
      await list(laptop).expect(200);

      await endOthers(laptop).expect(200);
      await list(laptop).expect(200);
      await list(phone).expect(401);
    });
  });

  describe('that changes a user', () => {
    it('ends all sessions for a ban', async () => {
      const sessions = [await signInAs(app, { user: ada }), await signInAs(app, { user: ada })];
      expect(await manager.revokeAll(ada.id)).toBe(2);
      for (const session of sessions) await list(session).expect(401);
    });

    it('removes roles before the commit, and adds roles after it', async () => {
      const { session } = await signInAs(app, { user: ada, roles: ['orders', 'orders:write'] });
      const roles = ['orders', 'products'];

      await manager.limitRoles(ada.id, roles);
      expect(await rolesOf(session.id)).toEqual(['orders']);
      // The process ends here, and the change is repeated.
      await manager.limitRoles(ada.id, roles);
      await manager.setRoles(ada.id, roles);
      expect(await rolesOf(session.id)).toEqual(roles);
    });
  });

  describe('that signs a user in', () => {
    it('issues a session to a user who may sign in', async () => {
      const { session } = await app.get(SignInService).signIn('ada', 'right');
      expect(await rolesOf(session.id)).toEqual(ada.roles);
    });

    it('refuses a user who is banned between the password check and the new session', async () => {
      const earlier = await signInAs(app, { user: ada });
      const verify = users.verify.bind(users);
      const verifyAndBan = async (username: string, password: string) => {
        const user = await verify(username, password);
        users.save({ ...ada, isBanned: true });
        return user;
      };
      const spy = jest.spyOn(users, 'verify').mockImplementation(verifyAndBan);
      const signIn = app.get(SignInService).signIn('ada', 'right');

      await expect(signIn).rejects.toThrow(UnauthorizedException);
      spy.mockRestore();

      const left = await manager.listByUser(ada.id);
      expect(left.map(({ session }) => session.id)).toEqual([earlier.session.id]);
    });

    it('ends the new session when the second check of the user fails', async () => {
      const spy = jest.spyOn(users, 'maySignIn').mockRejectedValue(new Error('no database'));
      const signIn = app.get(SignInService).signIn('ada', 'right');

      await expect(signIn).rejects.toThrow('no database');
      spy.mockRestore();

      expect(await manager.listByUser(ada.id)).toEqual([]);
    });
  });
});
