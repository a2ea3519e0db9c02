import { Controller, Get, type INestApplication } from '@nestjs/common';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { SessionManager } from '../issuer/session.manager';
import { Public } from '../roles/public.decorator';
import { Roles } from '../roles/roles.decorator';
import { Session } from '../session/session';
import type { Role, SessionUser } from '../session/session-types';
import { SessionModule } from '../session.module';
import { httpAdapters, listen } from '../testing/http-adapters';
import { statusFor, withBearer, withCookie } from '../testing/requests';
import { CurrentSession } from './current-session.decorator';
import { CurrentUser } from './current-user.decorator';

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

  @Roles('orders:write', 'admin')
  @Get('write-or-audit')
  any(): string {
    return 'in';
  }

  @Public()
  @Roles('orders:write')
  @Get('public-and-roles')
  publicAndRoles(): string {
    return 'in';
  }

  @Roles('orders:write')
  @Public()
  @Get('roles-and-public')
  rolesAndPublic(): string {
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
}

@Roles('admin')
@Controller('audit')
class AuditController {
  @Get()
  undecorated(): string {
    return 'in';
  }

  @Roles('orders:write')
  @Get('write')
  write(): string {
    return 'in';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'in';
  }
}

@Controller('heir')
class HeirController extends AuditController {
  @Get('own')
  own(): string {
    return 'in';
  }
}

@Public()
@Controller('public')
class PublicController {
  @Get()
  undecorated(): string {
    return 'in';
  }

  @Roles('orders:write')
  @Get('write')
  write(): string {
    return 'in';
  }
}

const controllers = [PlainController, AuditController, HeirController, PublicController];

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(async () => {
  await server.stop();
});

describe.each(httpAdapters)('SessionGuard on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;
  let manager: SessionManager;

  async function open(requiredRole?: Role): Promise<void> {
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis: server.url, requiredRole }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers,
    }));
    manager = app.get(SessionManager, { strict: false });
  }

  afterAll(async () => {
    await app.close();
  });

  async function signIn(...roles: string[]): Promise<string> {
    const { token } = await manager.create({ user: { id: 'u-1', username: 'ada' }, roles });
    return token;
  }

  describe('without a required role', () => {
    beforeAll(() => open());

    it.each([
      ['/plain', 401],
      ['/plain/public', 200],
      ['/plain/write', 401],
      ['/plain/public-and-roles', 401],
      ['/plain/roles-and-public', 401],
      ['/audit', 401],
      ['/audit/public', 200],
      ['/heir/own', 401],
      ['/public', 200],
      ['/public/write', 401],
    ])('answers %s without a session by %i', async (path, status) => {
      expect((await fetch(url + path)).status).toBe(status);
    });

    it.each<[path: string, roles: string[], status: number]>([
      ['/plain', [], 200],
      ['/plain', ['anything'], 200],
      ['/plain/public', [], 200],
      ['/plain/write', [], 403],
      ['/plain/write', ['orders:write'], 200],
      ['/plain/write', ['read', 'orders:write'], 200],
      ['/plain/write', ['admin'], 403],
      ['/plain/write', ['Orders:write'], 403],
      ['/plain/write', ['orders:write '], 403],
      ['/plain/write', ['orders:write,admin'], 403],
      [
        '/plain/write',
        ['orders:writer', 'orders:wri', 'orders', 'orders:*', '*', '.*', 'root', ''],
        403,
      ],
      ['/plain/write', ['__proto__', 'constructor', 'has'], 403],
      ['/plain/write-or-audit', ['orders:write'], 200],
      ['/plain/write-or-audit', ['admin'], 200],
      ['/plain/write-or-audit', ['orders:write', 'admin'], 200],
      ['/plain/write-or-audit', ['read'], 403],
      ['/plain/public-and-roles', [], 403],
      ['/plain/public-and-roles', ['orders:write'], 200],
      ['/plain/roles-and-public', [], 403],
      ['/audit', [], 403],
      ['/audit', ['admin'], 200],
      ['/audit/write', ['admin'], 403],
      ['/audit/write', ['orders:write'], 200],
      ['/audit/public', [], 200],
      ['/heir', ['admin'], 200],
      ['/heir', [], 403],
      ['/heir/own', [], 403],
      ['/heir/own', ['admin'], 200],
      ['/public', [], 200],
      ['/public/write', [], 403],
      ['/public/write', ['orders:write'], 200],
    ])('answers %s with the roles %j by %i', async (path, roles, status) => {
      const token = await signIn(...roles);

      expect((await fetch(url + path, withCookie(token))).status).toBe(status);
      expect((await fetch(url + path, withBearer(token))).status).toBe(status);
    });
  });

  describe('with a required role', () => {
    beforeAll(async () => {
      await app.close();
      await open('orders');
    });

    it.each<[path: string, roles: string[], status: number]>([
      ['/plain', [], 403],
      ['/plain', ['orders'], 200],
      ['/plain', ['orders:write'], 403],
      ['/plain', ['Orders'], 403],
      ['/plain/public', [], 200],
      ['/plain/write', ['orders:write'], 403],
      ['/plain/write', ['orders'], 403],
      ['/plain/write', ['orders', 'orders:write'], 200],
      ['/plain/write-or-audit', ['admin'], 403],
      ['/plain/write-or-audit', ['orders', 'admin'], 200],
      ['/audit', ['admin'], 403],
      ['/audit', ['orders', 'admin'], 200],
      ['/audit/write', ['orders', 'admin'], 403],
      ['/audit/write', ['orders', 'orders:write'], 200],
      ['/public/write', ['orders:write'], 403],
      ['/public/write', ['orders', 'orders:write'], 200],
    ])('answers %s with the roles %j by %i', async (path, roles, status) => {
      const token = await signIn(...roles);

      expect((await fetch(url + path, withCookie(token))).status).toBe(status);
    });

    it('follows a change of roles with the very next request', async () => {
      const token = await signIn('orders');
      expect((await fetch(`${url}/plain`, withCookie(token))).status).toBe(200);

      await manager.setRoles('u-1', ['products']);
      expect((await fetch(`${url}/plain`, withCookie(token))).status).toBe(403);

      await manager.setRoles('u-1', ['orders', 'orders:write']);
      expect((await fetch(`${url}/plain/write`, withCookie(token))).status).toBe(200);
    });

    it('follows the end of a session with the very next request', async () => {
      const tokens = [await signIn('orders'), await signIn('orders')];
      const statuses = () =>
        Promise.all(
          tokens.map(async (token) => (await fetch(`${url}/plain`, withCookie(token))).status),
        );
      expect(await statuses()).toEqual([200, 200]);

      await manager.revokeAll('u-1');

      expect(await statuses()).toEqual([401, 401]);
    });

    it('takes the new token and not the old one after a rotation', async () => {
      const token = await signIn('orders');
      const [session] = await manager.listByUser('u-1');
      const rotated = await manager.rotate(session?.session.id ?? '');

      expect((await fetch(`${url}/plain`, withCookie(token))).status).toBe(401);
      expect((await fetch(`${url}/plain`, withCookie(rotated?.token ?? ''))).status).toBe(200);
    });

    it('does not take the id of a session for its token', async () => {
      await signIn('orders');
      const [snapshot] = await manager.listByUser('u-1');
      const id = snapshot?.session.id ?? '';

      expect((await fetch(`${url}/plain`, withCookie(id))).status).toBe(401);
      expect((await fetch(`${url}/plain`, withBearer(id))).status).toBe(401);
    });

    it('reads a token from nowhere else', async () => {
      const token = await signIn('orders');

      expect((await fetch(`${url}/plain?token=${token}&access_token=${token}`)).status).toBe(401);
      const headers = { 'x-session-token': token, 'x-authorization': `Bearer ${token}` };
      expect((await fetch(`${url}/plain`, { headers })).status).toBe(401);
    });

    it('refuses two tokens, in whichever two lines they come', async () => {
      const [one, two] = [await signIn('orders'), await signIn('orders')];
      const cookie = (token: string): [string, string] => ['Cookie', `__Host-sid=${token}`];
      const bearer = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];

      expect(await statusFor(`${url}/plain`, [cookie(one), bearer(two)])).toBe(400);
      expect(await statusFor(`${url}/plain`, [cookie(one), cookie(two)])).toBe(400);
    });

    it('refuses two bearer tokens', async () => {
      const [one, two] = [await signIn('orders'), await signIn('orders')];

      const status = await statusFor(`${url}/plain`, [
        ['Authorization', `Bearer ${one}`],
        ['Authorization', `Bearer ${two}`],
      ]);

      expect([400, 401]).toContain(status);
    });

    it('hands the session to the handler', async () => {
      const token = await signIn('orders', 'orders:write');
      const [snapshot] = await manager.listByUser('u-1');

      const response = await fetch(`${url}/plain/session`, withCookie(token));

      expect(await response.json()).toEqual({
        id: snapshot?.session.id,
        roles: ['orders', 'orders:write'],
        isSession: true,
      });
    });

    it('hands the user to the handler', async () => {
      const response = await fetch(`${url}/plain/user`, withCookie(await signIn('orders')));

      expect(await response.json()).toEqual({ id: 'u-1', username: 'ada' });
    });

    it('hands each of many requests at once its own session', async () => {
      const users = Array.from({ length: 20 }, (_, index) => ({
        id: `user-${index}`,
        username: `name-${index}`,
      }));
      const issued = await Promise.all(
        users.map((user) => manager.create({ user, roles: ['orders'] })),
      );

      const answers = await Promise.all(
        issued.map(async ({ token }) =>
          (await fetch(`${url}/plain/user`, withCookie(token))).json(),
        ),
      );

      expect(answers).toEqual(users);
    });

    it('tells the author of a public route that it has no session', async () => {
      const token = await signIn('orders');

      expect((await fetch(`${url}/plain/public-user`, withCookie(token))).status).toBe(500);
    });

    it('lets no cache keep what depends on a session, whatever the answer', async () => {
      const token = await signIn('orders');
      const cacheControl = async (path: string, init?: RequestInit) =>
        (await fetch(url + path, init)).headers.get('Cache-Control');

      expect(await cacheControl('/plain', withCookie(token))).toBe('no-store');
      expect(await cacheControl('/plain/write', withCookie(token))).toBe('no-store');
      expect(await cacheControl('/plain')).toBe('no-store');
      expect(await cacheControl('/plain/public')).toBeNull();
    });
  });
});
