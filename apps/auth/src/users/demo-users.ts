import { UsernameTakenError } from './username-taken.error';
import { type NewUser, type UsersService } from './users.service';

/** The users of the demonstration. Their passwords are public: never in production. */
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

/** Creates those of the {@link DEMO_USERS} that are missing, and leaves the others as they are. */
export async function seedDemoUsers(users: UsersService): Promise<void> {
  // One after the other: however few may wait for bcrypt, none of them is turned away.
  for (const user of DEMO_USERS) await createIfMissing(users, user);
}

async function createIfMissing(users: UsersService, user: NewUser): Promise<void> {
  if (await users.findByUsername(user.username)) return;
  try {
    await users.create(user);
  } catch (error) {
    // Another instance that starts at the same time was quicker.
    if (!(error instanceof UsernameTakenError)) throw error;
  }
}
