import { Controller, Get, type INestApplication, Post } from '@nestjs/common';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { AllowServices } from '../roles/allow-services.decorator.js';
import { OptionalSession } from '../roles/optional-session.decorator.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { Session } from '../session/session.js';
import type { SessionUser } from '../session/session-types.js';
import { SessionModule } from '../session.module.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { statusFor, withBearer, withCookie } from '../../test-support/requests.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { CurrentCaller } from './current-caller.decorator.js';
import { CurrentSession } from './current-session.decorator.js';
import { CurrentUser } from './current-user.decorator.js';
import { SECRET, signedCall } from './test-support/guarded.js';

@Controller('plain')
class PlainController {
  @Get()
  undecorated(): string {
    return 'in';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'in';
  }

  @Roles('orders:write')
  @Get('write')
  write(): string {
    return 'in';
  }

  @Get('session')
  session(@CurrentSession() session: Session): object {
    return { id: session.id, roles: session.roles, isSession: session instanceof Session };
  }

  @Get('user')
  user(@CurrentUser() user: SessionUser): SessionUser {
    return user;
  }

  @Public()
  @Get('public-user')
  publicUser(@CurrentUser() user: SessionUser): SessionUser {
    return user;
  }

  @OptionalSession()
  @Get('optional')
  optional(
    @CurrentSession() session: Session | null,
    @CurrentUser() user: SessionUser | null,
  ): object {
    return { id: session?.id ?? null, user };
  }

  @OptionalSession()
  @Post('optional')
  changeOptional(): string {
    return 'in';
  }

  @AllowServices('reports')
  @Get('caller')
  caller(@CurrentCaller() caller: string): string {
    return caller;
  }
}

describe.each(httpAdapters)('SessionGuard on %s', (_, makeAdapter) => {
  const redis = startedRedis();
  let app: INestApplication;
  let url: string;
  let manager: SessionManager;

  beforeAll(async () => {
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({
          redis: redis.url,
          requiredRole: 'orders',
          service: 'sample',
        }),
        SessionCallsModule.forRoot({ secret: SECRET }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [PlainController],
    }));
    manager = app.get(SessionManager, { strict: false });
  });

  afterAll(() => app.close());

  async function signIn(...roles: string[]): Promise<string> {
    const { token } = await manager.create({ user: { id: 'u-1', username: 'ada' }, roles });
    return token;
  }

  async function idOfSession(): Promise<string> {
    const [snapshot] = await manager.listByUser('u-1');
    return snapshot?.session.id ?? '';
  }

  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(url + path, init)).status;

  it('closes every route that is not public', async () => {
    expect(await statusOf('/plain')).toBe(401);
    expect(await statusOf('/plain/write')).toBe(401);
    expect(await statusOf('/plain/public')).toBe(200);
  });

  it('requires the service role and a route role, for cookies and bearer tokens', async () => {
    for (const init of [withCookie, withBearer]) {
      const [none, some, all] = [
        init(await signIn('orders:write')),
        init(await signIn('orders')),
        init(await signIn('orders', 'orders:write')),
      ];
      expect(await statusOf('/plain', none)).toBe(403);
      expect(await statusOf('/plain', some)).toBe(200);
      expect(await statusOf('/plain/write', some)).toBe(403);
      expect(await statusOf('/plain/write', all)).toBe(200);
      expect(await statusOf('/plain/public', none)).toBe(200);
    }
  });

  it('applies a role change to the very next request', async () => {
    const token = await signIn('orders');
    expect(await statusOf('/plain', withCookie(token))).toBe(200);

    await manager.setRoles('u-1', ['products']);
    expect(await statusOf('/plain', withCookie(token))).toBe(403);

    await manager.setRoles('u-1', ['orders', 'orders:write']);
    expect(await statusOf('/plain/write', withCookie(token))).toBe(200);
  });

  it('applies the end of a session to the very next request', async () => {
    const tokens = [await signIn('orders'), await signIn('orders')];
    const statuses = () =>
      Promise.all(tokens.map(async (token) => await statusOf('/plain', withCookie(token))));
    expect(await statuses()).toEqual([200, 200]);

    await manager.revokeAll('u-1');

    expect(await statuses()).toEqual([401, 401]);
  });

  it('accepts only the new token after a rotation', async () => {
    const token = await signIn('orders');
    const rotated = await manager.rotate(await idOfSession());

    expect(await statusOf('/plain', withCookie(token))).toBe(401);
    expect(await statusOf('/plain', withCookie(rotated?.token ?? ''))).toBe(200);
  });

  it('reads tokens only from the cookie and the Authorization header', async () => {
    const token = await signIn('orders');

    expect(await statusOf(`/plain?token=${token}&access_token=${token}`)).toBe(401);
    const headers = { 'x-session-token': token, 'x-authorization': `Bearer ${token}` };
    expect(await statusOf('/plain', { headers })).toBe(401);
  });

  it('rejects two tokens in any two header lines', async () => {
    const [one, two] = [await signIn('orders'), await signIn('orders')];
    const cookie = (token: string): [string, string] => ['Cookie', `__Host-sid=${token}`];
    const bearer = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];

    expect(await statusFor(`${url}/plain`, [cookie(one), bearer(two)])).toBe(400);
    expect(await statusFor(`${url}/plain`, [cookie(one), cookie(two)])).toBe(400);
  });

  it('rejects two bearer tokens', async () => {
    const [one, two] = [await signIn('orders'), await signIn('orders')];

    const status = await statusFor(`${url}/plain`, [
      ['Authorization', `Bearer ${one}`],
      ['Authorization', `Bearer ${two}`],
    ]);

    expect(status).toBe(400);
  });

  it('passes the session to the handler', async () => {
    const token = await signIn('orders', 'orders:write');

    const response = await fetch(`${url}/plain/session`, withCookie(token));

    expect(await response.json()).toEqual({
      id: await idOfSession(),
      roles: ['orders', 'orders:write'],
      isSession: true,
    });
  });

  it('passes the user to the handler', async () => {
    const response = await fetch(`${url}/plain/user`, withCookie(await signIn('orders')));

    expect(await response.json()).toEqual({ id: 'u-1', username: 'ada' });
  });

  it('passes the calling service to the handler', async () => {
    const ask = (service: string) =>
      fetch(`${url}/plain/caller`, {
        headers: signedCall(service, 'sample', null, { url: `${url}/plain/caller` }),
      });

    expect(await (await ask('reports')).text()).toBe('reports');
    expect((await ask('orders')).status).toBe(403);
  });

  it('passes each of many concurrent requests its own session', async () => {
    const users = Array.from({ length: 20 }, (_, index) => ({
      id: `user-${index}`,
      username: `name-${index}`,
    }));
    const issued = await Promise.all(
      users.map((user) => manager.create({ user, roles: ['orders'] })),
    );

    const answers = await Promise.all(
      issued.map(async ({ token }) => (await fetch(`${url}/plain/user`, withCookie(token))).json()),
    );

    expect(answers).toEqual(users);
  });

  it('answers 500 when a public route uses the session', async () => {
    const token = await signIn('orders');

    expect(await statusOf('/plain/public-user', withCookie(token))).toBe(500);
  });

  describe('on a route with an optional session', () => {
    const ask = async (init?: RequestInit) => {
      const response = await fetch(`${url}/plain/optional`, init);
      return { status: response.status, body: await response.json() };
    };
    const ANONYMOUS = { status: 200, body: { id: null, user: null } };

    it('passes the session to the handler, or null without a valid session', async () => {
      const token = await signIn('orders');
      const id = await idOfSession();
      expect(await ask(withCookie(token))).toEqual({
        status: 200,
        body: { id, user: { id: 'u-1', username: 'ada' } },
      });
      expect(await ask()).toEqual(ANONYMOUS);
      expect(await ask(withCookie('no token'))).toEqual(ANONYMOUS);
      await manager.revoke(id);
      expect(await ask(withCookie(token))).toEqual(ANONYMOUS);
    });

    it('passes null for a session without the service role', async () => {
      expect(await ask(withCookie(await signIn('products')))).toEqual(ANONYMOUS);
    });

    it('passes null for a service that calls on its own behalf', async () => {
      const path = `${url}/plain/optional`;
      const headers = signedCall('reports', 'sample', null, { url: path });
      expect(await ask({ headers })).toEqual(ANONYMOUS);
    });

    it('rejects two tokens and cross-origin changes', async () => {
      const token = await signIn('orders');
      const two: [string, string][] = [
        ['Cookie', `__Host-sid=${token}`],
        ['Authorization', `Bearer ${token}`],
      ];
      expect(await statusFor(`${url}/plain/optional`, two)).toBe(400);
      const cookie = `__Host-sid=${token}`;
      const post = (site: string) =>
        statusOf('/plain/optional', {
          method: 'POST',
          headers: { cookie, 'sec-fetch-site': site },
        });
      expect(await post('cross-site')).toBe(403);
      expect(await post('same-origin')).toBe(201);
    });

    it('is not cacheable', async () => {
      const { headers } = await fetch(`${url}/plain/optional`);
      expect(headers.get('Cache-Control')).toBe('no-store');
    });
  });

  it('forbids caching of every response that depends on a session', async () => {
    const token = await signIn('orders');
    const cacheControl = async (path: string, init?: RequestInit) =>
      (await fetch(url + path, init)).headers.get('Cache-Control');

    expect(await cacheControl('/plain', withCookie(token))).toBe('no-store');
    expect(await cacheControl('/plain/write', withCookie(token))).toBe('no-store');
    expect(await cacheControl('/plain')).toBe('no-store');
    expect(await cacheControl('/plain/public')).toBeNull();
  });
});
