import { randomUUID } from 'node:crypto';
import {
  Controller,
  Get,
  type INestApplication,
  Module,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { Redis } from 'ioredis';
import { SessionModule } from 'nest-sessions';
import {
  createToken,
  SessionIssuerModule,
  SessionManager,
  sessionIdOf,
} from 'nest-sessions/issuer';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { eachRow } from '../../tools/testing/each-row.js';
import { takeOver } from './leave.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

@Controller('me')
class MeController {
  @Get()
  read(@Res({ passthrough: true }) { locals }: { locals: { user?: object } }): object {
    if (locals.user === undefined) throw new UnauthorizedException();
    return locals.user;
  }
}

/** Application without nest-sessions. */
@Module({ controllers: [MeController] })
class NewModule {}

describe('an application that leaves', () => {
  const start = recipeApps();
  const redis = startedRedis();
  let before: INestApplication;
  let after: INestApplication;
  let carol: SignedInUser;

  /** Creates a session of the new store, which ends at the same time as the old session. */
  async function signIn(
    { user, roles, abs }: { user: object; roles: string[]; abs: number },
    _request: Request,
    response: Response,
  ): Promise<void> {
    const id = randomUUID();
    response.locals.user = { ...user, roles };
    await redis.client.set(`new:${id}`, JSON.stringify(response.locals.user), 'PXAT', abs);
    response.cookie('sid', id, { httpOnly: true, secure: true });
  }

  /** Reads a session of the new store. */
  async function restore(request: Request, response: Response, next: () => void): Promise<void> {
    const id = /(?:^|; )sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    const user = id === undefined ? null : await redis.client.get(`new:${id}`);
    if (user !== null) response.locals.user = JSON.parse(user) as object;
    next();
  }

  beforeAll(async () => {
    before = await start([
      SessionModule.forRoot({}),
      SessionIssuerModule.forRoot({}),
      SessionTestingModule.forRoot({ redis: redis.url }),
    ]);
    after = await start([NewModule], (app) => {
      app.use(restore, takeOver(redis.client, signIn));
    });
  });

  beforeEach(async () => {
    carol = await signInAs(before, { roles: ['orders'] });
  });

  const me = (cookie: string) => clientOf(after).get('/me').set('cookie', cookie);
  const keysOf = (id: string) => redis.client.exists(`session:{${id}}`, `idle:{${id}}`);

  it('continues a session in the new store, and ends it in the old store', async () => {
    const user = { ...carol.user, roles: ['orders'] };
    const { headers } = await me(`theme=dark; ${carol.headers.cookie}`).expect(200, user);
    const [issued = '', cleared = ''] = headers['set-cookie'] as unknown as string[];
    expect(cleared).toMatch(
      /^__Host-sid=; Path=\/; Expires=Thu, 01 Jan 1970 .*; HttpOnly; Secure$/,
    );

    await me(issued.split(';')[0] ?? '').expect(200, user);
    await me(carol.headers.cookie ?? '').expect(401);
    expect(await keysOf(carol.session.id)).toBe(0);
    const [key = ''] = await redis.client.keys('new:*');
    expect(await redis.client.pexpiretime(key)).toBe(carol.session.absoluteExpiresAt);
  });

  it('creates one new session for many requests at once', async () => {
    const requests = Array.from({ length: 10 }, () => me(carol.headers.cookie ?? ''));
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 9 }, () => 401)]);
    expect(await redis.client.keys('new:*')).toHaveLength(1);
  });

  it('continues no session that is not live', () => {
    const key = () => `session:{${carol.session.id}}`;
    const change = async (changes: object) => {
      const record = JSON.parse((await redis.client.get(key())) ?? '') as object;
      await redis.client.set(key(), JSON.stringify({ ...record, ...changes }), 'KEEPTTL');
    };
    const rows: Record<string, () => unknown> = {
      revoked: () => carol.revoke(),
      // As Redis does at the end of the clock's time to live.
      'idle for too long': () => redis.client.del(`idle:{${carol.session.id}}`),
      'past its absolute timeout': () => change({ abs: Date.now() - 1 }),
      'of an unknown version': () => change({ v: 2 }),
      'of another id': () => change({ id: sessionIdOf(createToken()) }),
      superseded: () => before.get(SessionManager).rotate(carol.session.id, {}, { grace: true }),
    };
    return eachRow(Object.entries(rows), async ([, act]) => {
      carol = await signInAs(before);
      await act();
      await me(carol.headers.cookie ?? '').expect(401);
      expect(await redis.client.keys('new:*')).toEqual([]);
    });
  });

  it('needs no more rights in Redis than the page names', async () => {
    const rights = '~session:* ~idle:* -@all +info +multi +exec +getdel'.split(' ');
    await redis.client.acl('SETUSER', 'leaver', 'on', '>secret', ...rights);
    const limited = new Redis(redis.url, { username: 'leaver', password: 'secret' });
    try {
      const app = await start([NewModule], (it) => {
        it.use(takeOver(limited, signIn));
      });
      await clientOf(app).get('/me').set(carol.headers).expect(200);
      expect(await keysOf(carol.session.id)).toBe(0);
    } finally {
      limited.disconnect();
      await redis.client.acl('DELUSER', 'leaver');
    }
  });

  it('serves requests without a session, or with another token', async () => {
    await me('theme=dark').expect(401);
    await me(`__Host-sid=${createToken()}`).expect(401);
    expect(await keysOf(carol.session.id)).toBe(2);
  });
});
