import type { SessionOptions } from 'express-session';

declare module 'express-session' {
  interface SessionData {
    /** Written by Passport: the result of `serializeUser()`. */
    passport?: { user?: string };
    theme?: string;
  }
}

export const OLD_COOKIE = 'connect.sid';

/** Time without a request after which an old session ends, in milliseconds. */
export const OLD_MAX_AGE = 14 * 24 * 60 * 60 * 1000;

/** Options that every service on express-session shares. */
export const oldSessionOptions: SessionOptions = {
  name: OLD_COOKIE,
  secret: process.env.OLD_SESSION_SECRET ?? 'demo-secret-of-express-session',
  resave: false,
  saveUninitialized: false,
  cookie: { maxAge: OLD_MAX_AGE, sameSite: 'lax', secure: 'auto' },
};
