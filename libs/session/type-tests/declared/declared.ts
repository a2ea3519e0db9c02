import type { Session, SessionUser } from 'nest-sessions';
import type { NewSession, SessionManager } from 'nest-sessions/issuer';
import { type SignedInUser, signInAs, type SignInOptions } from 'nest-sessions/testing';

type App = Parameters<typeof signInAs>[0];

const user: SessionUser = { id: 'u-1', username: 'ada', tenant: 'acme' };
const data = { locale: 'de' };
const row = { id: 'u-1', username: 'ada', tenant: 'acme', passwordHash: '$2b$12$' };
const roles: string[] = [];

/** Requires the declared fields of a new session, with their types. */
export async function create(manager: SessionManager): Promise<NewSession> {
  await manager.create({ user, roles, data });
  await manager.create({
    user: { ...user, nickname: 'a' },
    roles,
    data: { ...data, theme: 'dark' },
  });
  // @ts-expect-error -- data is required
  await manager.create({ user, roles });
  // @ts-expect-error -- data.locale is required
  await manager.create({ user, roles, data: {} });
  // @ts-expect-error -- data.locale is text
  await manager.create({ user, roles, data: { locale: 1 } });
  // @ts-expect-error -- data.theme is light or dark
  await manager.create({ user, roles, data: { ...data, theme: 'blue' } });
  // @ts-expect-error -- data has no field 'cart'
  await manager.create({ user, roles, data: { locale: 'de', cart: [] } });
  // @ts-expect-error -- user.tenant is required
  await manager.create({ user: { id: 'u-1', username: 'ada' }, roles, data });
  // @ts-expect-error -- user.tenant is text
  await manager.create({ user: { ...user, tenant: 7 }, roles, data });
  // @ts-expect-error -- user has no field 'email'
  await manager.create({ user: { ...user, email: 'a@b.c' }, roles, data });
  // @ts-expect-error -- a row with a password hash is no user of a session
  await manager.create({ user: row, roles, data });
  // @ts-expect-error -- the same with a confirmation
  await manager.create({ user: row, roles, data }, {}, { confirm: () => Promise.resolve(true) });
  // @ts-expect-error -- data is required wherever a session is described
  return { user, roles };
}

/** Requires the same of a test, except for the id and name of the user, which are generated. */
export async function signIn(app: App): Promise<SignInOptions> {
  await signInAs(app, { user: { tenant: 'acme' }, data });
  await signInAs(app, { user, data, roles: ['orders'] });
  // @ts-expect-error -- user and data are required
  await signInAs(app);
  // @ts-expect-error -- data is required
  await signInAs(app, { user });
  // @ts-expect-error -- user is required
  await signInAs(app, { data });
  // @ts-expect-error -- user.tenant is required
  await signInAs(app, { user: { username: 'ada' }, data });
  // @ts-expect-error -- data.locale is text
  await signInAs(app, { user, data: { locale: 1 } });
  // @ts-expect-error -- user and data are required
  return {};
}

/** Reads the declared fields without a cast. */
export function read(session: Session): [string, string, 'light' | 'dark'] {
  // @ts-expect-error -- data has no field 'cart'
  delete session.data.cart;
  // @ts-expect-error -- user has no field 'email'
  delete session.user.email;
  // @ts-expect-error -- the user of a session cannot be set
  session.user.tenant = 'other';
  return [session.data.locale, session.user.tenant, session.data.theme ?? 'light'];
}

/** Checks later changes against the declared fields. */
export async function change(manager: SessionManager, carol: SignedInUser): Promise<void> {
  await manager.updateData('id', (before) => ({ ...before, theme: 'dark' }));
  await carol.updateData((before) => ({ ...before, locale: 'fr' }));
  // @ts-expect-error -- data.locale is required
  await manager.updateData('id', () => ({}));
  // @ts-expect-error -- the change is synchronous
  await manager.updateData('id', (before) => Promise.resolve(before));

  await manager.updateUser('u-1', { tenant: 'umbrella' });
  await manager.updateUser('u-1', { username: 'ada', nickname: 'a' });
  await carol.updateUser({ tenant: 'umbrella' });
  // @ts-expect-error -- user.tenant is text
  await manager.updateUser('u-1', { tenant: 7 });
  // @ts-expect-error -- the id of a user never changes
  await manager.updateUser('u-1', { id: 'u-2' });
  // @ts-expect-error -- user has no field 'email'
  await manager.updateUser('u-1', { email: 'a@b.c' });
  // @ts-expect-error -- a row with a password hash is no change of a user
  await manager.updateUser('u-1', row);
}
