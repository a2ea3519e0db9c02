import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import session from 'express-session';
import type { ProtectionFactory } from '../protection';
import { connectRedisStore, COOKIE_SECRET, MAX_AGE } from './connect-redis-store';
import { SessionRoleGuard } from './session-role.guard';
import { SIGN_IN_PATH, signedInContent, signInBoth } from './sign-in';

/**
 * express-session with connect-redis, and the settings of connect-redis' documentation (`resave` and
 * `saveUninitialized` off).
 *
 * @param rolling Whether every answer sets the cookie again.
 */
export function expressSessions(rolling: boolean): ProtectionFactory {
  return async ({ redisUrl }) => {
    const store = await connectRedisStore(redisUrl);
    return {
      module: { providers: [{ provide: APP_GUARD, useClass: SessionRoleGuard }] },
      prepare: (app: INestApplication) => {
        app.use(
          session({
            store,
            secret: COOKIE_SECRET,
            rolling,
            resave: false,
            saveUninitialized: false,
            cookie: { maxAge: MAX_AGE, httpOnly: true, sameSite: 'lax' },
          }),
        );
        app.use(SIGN_IN_PATH, signIn);
        return Promise.resolve();
      },
      credentials: (_, url) => signInBoth(url),
    };
  };
}

interface SignInRequest {
  readonly originalUrl: string;
  readonly session: object;
}

function signIn(request: SignInRequest, response: { end(): void }): void {
  Object.assign(request.session, signedInContent(request.originalUrl));
  response.end();
}
