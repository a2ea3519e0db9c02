import cookie from '@fastify/cookie';
import session, { type FastifySessionOptions } from '@fastify/session';
import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ProtectionFactory } from '../protection';
import { connectRedisStore, COOKIE_SECRET, MAX_AGE } from './connect-redis-store';
import { SessionRoleGuard } from './session-role.guard';
import { SIGN_IN_PATH, signedInContent, signInBoth } from './sign-in';

/**
 * @fastify/session with connect-redis, the store of its documentation.
 *
 * @param rolling Whether every request stores the session again, the default. Without it the session ends
 *   at a fixed time however busy it is: less than the other variants do.
 */
export function fastifySessions(rolling: boolean): ProtectionFactory {
  return async ({ redisUrl }) => {
    const store = (await connectRedisStore(redisUrl)) as unknown as FastifySessionOptions['store'];
    return {
      module: { providers: [{ provide: APP_GUARD, useClass: SessionRoleGuard }] },
      prepare: async (app: INestApplication) => {
        const nest = app as NestFastifyApplication;
        await nest.register(cookie);
        await nest.register(session, {
          store,
          secret: COOKIE_SECRET,
          rolling,
          saveUninitialized: false,
          // A secure cookie would not be set over plain HTTP.
          cookie: { maxAge: MAX_AGE, secure: false, httpOnly: true, sameSite: 'lax' },
        });
        nest
          .getHttpAdapter()
          .getInstance()
          .get(SIGN_IN_PATH, (request, reply) => {
            Object.assign(request.session, signedInContent(request.url));
            void reply.send();
          });
      },
      credentials: (_, url) => signInBoth(url),
    };
  };
}
