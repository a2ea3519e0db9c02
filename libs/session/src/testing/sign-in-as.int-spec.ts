import { type INestApplication, Module } from '@nestjs/common';
import { InvalidSessionError } from '../errors/invalid-session.error.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { SessionModule } from '../session.module.js';
import { failStore } from './fail-store.js';
import { SessionTestingModule } from './session-testing.module.js';
import { signInAs } from './sign-in-as.js';
import { OrdersController, OrdersModule } from './test-support/orders.module.js';
import { send, statusOf, testedApps } from './test-support/tested-apps.js';

@Module({ controllers: [OrdersController] })
class BearerModule {}

describe.each(httpAdapters)('signInAs() on %s', (_, makeAdapter) => {
  const start = testedApps();
  let app: INestApplication;

  beforeEach(async () => {
    app = await start([OrdersModule, SessionTestingModule.forRoot()], { makeAdapter });
  });

  it('leaves the guard in force: 401 without headers, 403 without the role', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const visitor = await signInAs(app);

    expect(await statusOf(app, 'GET /orders')).toBe(401);
    expect(await statusOf(app, 'GET /orders/public')).toBe(200);
    expect(await statusOf(app, 'GET /orders', visitor.headers)).toBe(403);
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
    expect(await statusOf(app, 'GET /orders', carol.bearer)).toBe(200);
    expect(await statusOf(app, 'POST /orders', carol.headers)).toBe(403);
  });

  it('passes user, roles and data to the handler', async () => {
    const user = { id: 'u-7', username: 'carol', team: 'red' };
    const data = { tenant: 'acme' };
    const carol = await signInAs(app, { roles: ['orders'], user, data });

    const { text } = await send(app, 'GET /orders/mine', carol.headers);
    const id = carol.session.id;
    expect(JSON.parse(text)).toEqual({ user, id, roles: ['orders'], data });
    expect(carol.user).toEqual(user);
  });

  it('rejects a revoked session', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const dave = await signInAs(app, { roles: ['orders'] });
    await carol.revoke();
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(401);
    expect(await statusOf(app, 'GET /orders', dave.headers)).toBe(200);
  });

  it('rejects an expired session', async () => {
    for (const timeout of ['idle', 'absolute'] as const) {
      const carol = await signInAs(app, { roles: ['orders'] });
      expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
      await carol.expire(timeout);
      expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(401);
    }
  });

  it('applies changed roles to the next request', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    await carol.setRoles(['orders', 'orders:write']);
    expect(await statusOf(app, 'POST /orders', carol.headers)).toBe(201);
    expect(carol.session.roles).toEqual(['orders', 'orders:write']);
    await carol.setRoles([]);
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(403);
  });

  it('applies a changed user and changed data to the next request', async () => {
    const carol = await signInAs(app, { roles: ['orders'], data: { tenant: 'acme' } });
    await carol.updateUser({ username: 'caroline' });
    await carol.updateData((data) => ({ ...data, locale: 'de' }));

    const { text } = await send(app, 'GET /orders/mine', carol.headers);
    const data = { tenant: 'acme', locale: 'de' };
    expect(JSON.parse(text)).toMatchObject({ user: { username: 'caroline' }, data });
    expect(carol.user.username).toBe('caroline');
    expect(carol.session.data).toEqual(data);
  });

  it('makes a route with @RequireRecentSignIn() require a re-authentication', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    expect(await statusOf(app, 'GET /orders/recent', carol.headers)).toBe(200);
    await carol.ageSignIn('6m');
    const { status, text } = await send(app, 'GET /orders/recent', carol.headers);
    expect(status).toBe(403);
    expect(text).toContain('ERR_SESSION_REAUTHENTICATION_REQUIRED');
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
  });

  it('answers 503 while the store fails, and recovers', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const restore = failStore(app);
    failStore(app);
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(503);
    expect(await statusOf(app, 'GET /orders/public')).toBe(200);
    await expect(carol.revoke()).rejects.toThrow(SessionStoreUnavailableError);
    restore();
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
    const restoreAgain = failStore(app);
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(503);
    restoreAgain();
  });
});

describe('signInAs()', () => {
  const start = testedApps();

  it('signs in a user of its own for each session', async () => {
    const app = await start([OrdersModule, SessionTestingModule.forRoot()]);
    const [one, other] = [await signInAs(app), await signInAs(app)];
    const dave = await signInAs(app, { user: { username: 'dave' } });
    expect(new Set([one, other, dave].map(({ user }) => user.id)).size).toBe(3);
    expect(dave.user.username).toBe('dave');
  });

  it('changes the roles in all sessions of one user', async () => {
    const app = await start([OrdersModule, SessionTestingModule.forRoot()]);
    const user = { id: 'u-7', username: 'carol' };
    const phone = await signInAs(app, { user });
    const laptop = await signInAs(app, { user });
    await phone.setRoles(['orders']);
    expect(await statusOf(app, 'GET /orders', laptop.headers)).toBe(200);
  });

  it('sends a bearer token to an application that reads no cookie', async () => {
    const app = await start([
      BearerModule,
      SessionModule.forRoot({ tokenFrom: 'bearer' }),
      SessionTestingModule.forRoot(),
    ]);
    const carol = await signInAs(app);
    expect(carol.headers).toEqual(carol.bearer);
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
  });

  it('keeps the sessions of two applications apart', async () => {
    const testing = SessionTestingModule.forRoot();
    const [one, other] = [
      await start([OrdersModule, testing]),
      await start([OrdersModule, testing]),
    ];
    const carol = await signInAs(one, { roles: ['orders'] });
    const restore = failStore(other);
    expect(await statusOf(one, 'GET /orders', carol.headers)).toBe(200);
    restore();
    expect(await statusOf(other, 'GET /orders', carol.headers)).toBe(401);
  });

  it('rejects data that no service could read', async () => {
    const app = await start([OrdersModule, SessionTestingModule.forRoot()]);
    const user = { id: '' };
    await expect(signInAs(app, { user })).rejects.toThrow(InvalidSessionError);
  });

  it('names the import that is missing', async () => {
    const plain = await start([SessionModule.forRoot({ source: NO_SOURCE })]);
    await expect(signInAs(plain)).rejects.toThrow(
      /signInAs\(\) needs SessionTestingModule.* Add SessionTestingModule\.forRoot\(\)/,
    );
    expect(() => failStore(plain)).toThrow(/failStore\(\) needs SessionTestingModule/);

    const bare = await start([SessionTestingModule.forRoot()]);
    await expect(signInAs(bare)).rejects.toThrow(SessionOptionsError);
    await expect(signInAs(bare)).rejects.toThrow(/needs SessionModule, which/);
  });
});

const NO_SOURCE = {
  find: () => null,
  findReferred: () => null,
  refer: () => '',
  touch: () => undefined,
  ping: () => Promise.resolve(),
};
