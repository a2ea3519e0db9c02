import type { Session } from 'nest-sessions';
import type { NewSession, SessionManager } from 'nest-sessions/issuer';
import { signInAs, type SignInOptions } from 'nest-sessions/testing';

type App = Parameters<typeof signInAs>[0];

const user = { id: 'u-1', username: 'ada' };
const row = { ...user, passwordHash: '$2b$12$' };
const roles: string[] = [];

/** Requires no data while the app declares none, and accepts any. */
export async function create(manager: SessionManager): Promise<NewSession> {
  await manager.create({ user, roles });
  await manager.create({ user, roles, data: { locale: 'de' } });
  const issued = await manager.create({ user, roles });
  // @ts-expect-error -- a user has a name
  await manager.create({ user: { id: 'u-1' }, roles });
  // @ts-expect-error -- the name is text
  await manager.create({ user: { ...user, username: 1 }, roles });
  // @ts-expect-error -- a row with a password hash is no user of a session
  await manager.create({ user: row, roles });
  return { user: issued.session.user, roles };
}

/** Requires nothing of a test. */
export async function signIn(app: App): Promise<SignInOptions> {
  await signInAs(app);
  await signInAs(app, { user: { username: 'ada' } });
  await signInAs(app, { data: { locale: 'de' } });
  // @ts-expect-error -- user has no field 'tenant'
  await signInAs(app, { user: { tenant: 'acme' } });
  return {};
}

export async function change(manager: SessionManager): Promise<Session | null> {
  await manager.updateUser('u-1', { username: 'countess' });
  // @ts-expect-error -- user has no field 'tenant'
  await manager.updateUser('u-1', { tenant: 'acme' });
  return manager.updateData('id', (data) => ({ ...data, locale: 'de' }));
}
