import type { BetterAuth } from './better-auth.js';

/** Signs up two users with better-auth. Each password is `<name>-demo-password`. */
export async function signUpDemoUsers({ api, $context }: BetterAuth): Promise<void> {
  for (const name of ['ada', 'bob']) {
    const email = `${name}@example.com`;
    await api.signUpEmail({ body: { name, email, password: `${name}-demo-password` } });
  }
  const { adapter } = await $context;
  const where = [{ field: 'email', value: 'ada@example.com' }];
  await adapter.update({ model: 'user', where, update: { role: 'admin' } });
}
