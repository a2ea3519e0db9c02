import { join } from 'node:path';
import { defineConfig } from 'drizzle-kit';

/** Turns changes of the schema into SQL migrations: `npm run migrations:generate`. */
export default defineConfig({
  dialect: 'postgresql',
  // drizzle-kit resolves both from the folder it was started in, not from this file's.
  schema: join('apps', 'auth', 'src', 'database', 'schema.ts'),
  out: join('apps', 'auth', 'src', 'database', 'migrations'),
});
