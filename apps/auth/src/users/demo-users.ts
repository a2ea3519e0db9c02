import { UsernameTakenError } from './username-taken.error';
import { type NewUser, type UsersService } from './users.service';

/** Demo users. Their passwords are public: never use them in production. */
export const DEMO_USERS: readonly NewUser[] = [
  { username: 'alice', password: 'alice-demo-password', roles: ['orders', 'products'] },
  { username: 'bob', password: 'bob-demo-password', roles: ['products'] },
  {
    username: 'carol',
    password: 'carol-demo-password',
    roles: ['orders', 'orders:write', 'products'],
  },
  { username: 'admin', password: 'admin-demo-password', roles: ['admin', 'orders', 'products'] },
];

/** Creates the missing {@link DEMO_USERS}, and leaves existing users unchanged. */
export async function seedDemoUsers(users: UsersService): Promise<void> {
  // One after another: however short the bcrypt queue is, it rejects none of them.
  for (const user of DEMO_USERS) await createIfMissing(users, user);
}

async function createIfMissing(users: UsersService, user: NewUser): Promise<void> {
  if (await users.findByUsername(user.username)) return;
  try {
    await users.create(user);
  } catch (error) {
    // Another instance that starts at the same time has created the user.
    if (!(error instanceof UsernameTakenError)) throw error;
  }
}
