import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { admin } from 'better-auth/plugins/admin';
import { requiredVariable } from '../required-variable.js';

/** The application's configuration of better-auth. Its tables are in memory here, and in your database. */
export function createBetterAuth() {
  return betterAuth({
    baseURL: process.env.PUBLIC_URL ?? 'http://localhost:3000',
    secret: requiredVariable('BETTER_AUTH_SECRET'),
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true },
    session: { cookieCache: { enabled: true } },
    plugins: [admin()],
  });
}

export type BetterAuth = ReturnType<typeof createBetterAuth>;

/** Injects {@link BetterAuth}. */
export const BETTER_AUTH = Symbol('better-auth');
