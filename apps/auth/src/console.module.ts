import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SessionConsoleModule } from 'nest-sessions/console';

/** Built pages next to the bundle, see rspack.config.js. The sources use the folder of the library. */
const BUNDLED = join(__dirname, 'console');

/** Console of users and administrators at `/sessions`, over the calls of this app. */
export const ConsoleModule = SessionConsoleModule.forRoot({
  route: '/sessions',
  api: '/admin',
  role: 'admin',
  title: 'Nest Sessions',
  signIn: '/auth/login',
  signOut: '/auth/logout',
  account: '/auth',
  password: '/auth/password',
  reauthenticate: '/auth/reauthenticate',
  users: '/admin/users',
  ...(existsSync(BUNDLED) && { pages: BUNDLED }),
});
