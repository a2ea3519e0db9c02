import { join } from 'node:path';
import { defineConfig } from 'drizzle-kit';

/** Turns schema changes into SQL migrations: `npm run migrations:generate`. */
export default defineConfig({
  dialect: 'postgresql',
  // drizzle-kit resolves both paths from its working directory, not from the folder of this file.
  schema: join('apps', 'auth', 'src', 'database', 'schema.ts'),
  out: join('apps', 'auth', 'src', 'database', 'migrations'),
});
