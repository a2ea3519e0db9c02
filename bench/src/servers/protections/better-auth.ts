import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { betterAuth as createBetterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { fromNodeHeaders } from 'better-auth/node';
import { createClient } from 'redis';
import type { Credential, Protection, Surroundings } from '../protection';
import { REQUIRED_ROLE, sessionContent } from '../session-content';
import { COOKIE_SECRET, MAX_AGE } from './connect-redis-store';

const AUTH = 'nest-sessions-bench:better-auth';

/** The part of better-auth's API in use here. */
interface Auth {
  readonly api: {
    getSession(from: { headers: Headers }): Promise<{ user: { roles?: string[] } } | null>;
  };
}

interface AuthRequest {
  readonly headers: NodeJS.Dict<string | string[]>;
  session?: unknown;
}

/** Looks up the session in the way of better-auth's documentation for Node.js. */
@Injectable()
class BetterAuthGuard implements CanActivate {
  constructor(@Inject(AUTH) private readonly auth: Auth) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthRequest>();
    const session = await this.auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    if (session === null) throw new UnauthorizedException();
    if (!session.user.roles?.includes(REQUIRED_ROLE)) throw new ForbiddenException();
    request.session = session;
    return true;
  }
}

/**
 * better-auth with Redis as its secondary storage, which then holds its sessions. Its cookie cache is off:
 * a cached cookie keeps an ended session valid until it expires. Its database is in memory and takes no
 * part in a session look-up.
 */
export async function betterAuth({ redisUrl }: Surroundings): Promise<Protection> {
  const auth = createBetterAuth({
    baseURL: 'http://127.0.0.1',
    secret: COOKIE_SECRET,
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    secondaryStorage: await secondaryStorage(redisUrl),
    emailAndPassword: { enabled: true },
    session: { expiresIn: MAX_AGE / 1000, cookieCache: { enabled: false } },
    user: { additionalFields: { roles: { type: 'string[]' }, data: { type: 'json' } } },
  });

  const signUp = async (hasRole: boolean): Promise<Credential> => {
    const { user, roles, data, userAgent } = sessionContent(hasRole);
    const { headers } = await auth.api.signUpEmail({
      body: {
        name: user.username,
        email: `ada-${hasRole ? 'with' : 'without'}-role@example.com`,
        password: 'correct horse battery staple',
        roles: [...roles],
        data,
      },
      headers: new Headers({ 'user-agent': userAgent }),
      returnHeaders: true,
    });
    const [cookie] = headers.getSetCookie().map((text) => text.split(';', 1)[0] ?? '');
    if (cookie === undefined) throw new Error('The sign-up set no cookie');
    return { cookie: `theme=dark; ${cookie}; locale=en-GB` };
  };

  return {
    module: {
      providers: [
        { provide: AUTH, useValue: auth },
        { provide: APP_GUARD, useClass: BetterAuthGuard },
      ],
    },
    credentials: async () => ({ valid: await signUp(true), withoutRole: await signUp(false) }),
  };
}

async function secondaryStorage(redisUrl: string) {
  const client = createClient({ url: redisUrl });
  await client.connect();
  const keyOf = (key: string) => `better-auth:${key}`;
  return {
    get: (key: string) => client.get(keyOf(key)),
    getAndDelete: (key: string) => client.getDel(keyOf(key)),
    set: async (key: string, value: string, ttl?: number) => {
      await (ttl === undefined
        ? client.set(keyOf(key), value)
        : client.set(keyOf(key), value, { expiration: { type: 'EX', value: ttl } }));
    },
    delete: async (key: string) => {
      await client.del(keyOf(key));
    },
    increment: async (key: string, ttl: number) => {
      const count = await client.incr(keyOf(key));
      if (count === 1) await client.expire(keyOf(key), ttl);
      return count;
    },
  };
}
