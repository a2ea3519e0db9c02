import { Controller, Get, HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionException } from '../errors/session-exception.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { AcceptsChangedClient } from '../roles/accepts-changed-client.decorator.js';
import { OptionalSession } from '../roles/optional-session.decorator.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { Session } from '../session/session.js';
import type { SessionUser } from '../session/session-types.js';
import { withBearer, withCookie } from '../../test-support/requests.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { CurrentSession, currentSession } from './current-session.decorator.js';
import { CurrentUser } from './current-user.decorator.js';
import {
  contextOf,
  Guarded,
  httpRequest,
  message,
  responseTo,
  type Route,
  SECRET,
  signedCall,
} from './test-support/guarded.js';

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

  @OptionalSession()
  @Get('optional')
  optional(
    @CurrentSession() session: Session | null,
    @CurrentUser() user: SessionUser | null,
  ): object {
    return { id: session?.id ?? null, user };
  }

  @AcceptsChangedClient()
  @Get('reauthenticate')
  reauthenticate(): string {
    return 'in';
  }

  @Get('session')
  session(@CurrentSession() session: Session): Session {
    return session;
  }

  @Get('user')
  user(@CurrentUser() user: SessionUser): SessionUser {
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

/** An origin that may use sessions. */
const APP = 'https://app.example.com';

const ROUTES = {
  '/plain': [PlainController, 'undecorated'],
  '/plain/public': [PlainController, 'open'],
  '/plain/write': [PlainController, 'write'],
  '/plain/write-or-audit': [PlainController, 'any'],
  '/plain/public-and-roles': [PlainController, 'publicAndRoles'],
  '/plain/roles-and-public': [PlainController, 'rolesAndPublic'],
  '/plain/optional': [PlainController, 'optional'],
  '/plain/reauthenticate': [PlainController, 'reauthenticate'],
  '/plain/session': [PlainController, 'session'],
  '/plain/user': [PlainController, 'user'],
  '/audit': [AuditController, 'undecorated'],
  '/audit/write': [AuditController, 'write'],
  '/audit/public': [AuditController, 'open'],
  '/heir': [HeirController, 'undecorated'],
  '/heir/own': [HeirController, 'own'],
  '/public': [PublicController, 'undecorated'],
  '/public/write': [PublicController, 'write'],
} as const;

type Path = keyof typeof ROUTES;

const request = (path: Path, parts?: Parameters<typeof httpRequest>[1]) =>
  httpRequest(ROUTES[path] as Route, parts);

type Row = [path: Path, roles: string[], status: number];

const nameOf = ([path, roles, status]: Row) =>
  `answers ${path} with the roles ${JSON.stringify(roles)} by ${status}`;

/** Expects the same status for the cookie and the bearer token. */
async function expectStatus(guarded: Guarded, [path, roles, status]: Row): Promise<void> {
  const token = await guarded.signIn({ roles });
  expect(await guarded.statusOf(request(path, withCookie(token)))).toBe(status);
  expect(await guarded.statusOf(request(path, withBearer(token)))).toBe(status);
}

describe('SessionGuard', () => {
  describe('without a required role', () => {
    const guarded = new Guarded();

    it('admits a request without a session only to public routes', async () => {
      const rows: [path: Path, status: number][] = [
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
      ];
      await eachRow(rows, async ([path, status]) => {
        expect(await guarded.statusOf(request(path))).toBe(status);
      });
    });

    it('authorizes each route by the roles of the session', async () => {
      const rows: Row[] = [
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
      ];
      await eachRow(rows, (row) => expectStatus(guarded, row), nameOf);
    });
  });

  describe('with a required role', () => {
    const guarded = new Guarded({ requiredRole: 'orders' });

    it('authorizes each route by the roles of the session', async () => {
      const rows: Row[] = [
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
      ];
      await eachRow(rows, (row) => expectStatus(guarded, row), nameOf);
    });

    it('names the session in a denial for a missing role', async () => {
      const token = await guarded.signIn({ roles: [] });

      const denial = await guarded.denialOf(request('/plain', withCookie(token)));

      expect(denial?.code).toBe('ERR_SESSION_ROLE_REQUIRED');
      expect(denial?.who).toMatchObject({ session: { id: sessionIdOf(token) }, caller: undefined });
    });

    it('does not accept a session ID as a token', async () => {
      const id = sessionIdOf(await guarded.signIn());

      expect(await guarded.statusOf(request('/plain', withCookie(id)))).toBe(401);
      expect(await guarded.statusOf(request('/plain', withBearer(id)))).toBe(401);
    });

    it('reads tokens only from the cookie and the Authorization header', async () => {
      const token = await guarded.signIn();
      const query = { token, access_token: token };
      const url = `/plain?token=${token}&access_token=${token}`;
      const headers = { 'x-session-token': token, 'x-authorization': `Bearer ${token}` };

      expect(await guarded.statusOf(request('/plain', { query, url, body: query }))).toBe(401);
      expect(await guarded.statusOf(request('/plain', { headers }))).toBe(401);
    });

    it('rejects two tokens', async () => {
      const [one, two] = [await guarded.signIn(), await guarded.signIn()];
      const headers = { ...withCookie(one).headers, ...withBearer(two).headers };

      expect(await guarded.statusOf(request('/plain', { headers }))).toBe(400);
    });

    it('passes the session to the handler', async () => {
      const token = await guarded.signIn({ roles: ['orders', 'orders:write'] });

      const session = await guarded.handle(request('/plain/session', withCookie(token)));

      expect(session).toBeInstanceOf(Session);
      expect(session).toMatchObject({ id: sessionIdOf(token), roles: ['orders', 'orders:write'] });
    });

    it('passes the user to the handler', async () => {
      const token = await guarded.signIn({ user: { id: 'u-7', username: 'grace' } });

      expect(await guarded.handle(request('/plain/user', withCookie(token)))).toEqual({
        id: 'u-7',
        username: 'grace',
      });
    });

    it('throws a helpful error when a public route uses the session', async () => {
      const context = request('/plain/public', withCookie(await guarded.signIn()));
      await guarded.guard.canActivate(context);

      expect(() => currentSession(context)).toThrow(
        new Error(
          'PlainController.open has no session: the route is @Public(), or a service called it as itself. Remove @Public(), replace it with @OptionalSession(), or leave the parameter out.',
        ),
      );
    });

    describe('on a route with an optional session', () => {
      const ANONYMOUS = { id: null, user: null };

      const handled = (parts?: Parameters<typeof request>[1]) =>
        guarded.handle(request('/plain/optional', parts));

      it('passes a valid session with the service role to the handler', async () => {
        const token = await guarded.signIn({
          roles: ['orders'],
          user: { id: 'u-7', username: 'grace' },
        });

        expect(await handled(withCookie(token))).toEqual({
          id: sessionIdOf(token),
          user: { id: 'u-7', username: 'grace' },
        });
      });

      it('admits every other request without a session', async () => {
        const before = guarded.log.events.length;
        expect(await handled()).toEqual(ANONYMOUS);
        expect(await handled(withCookie(createToken()))).toEqual(ANONYMOUS);
        expect(await handled(withBearer(await guarded.signIn({ roles: [] })))).toEqual(ANONYMOUS);
        expect(guarded.log.events).toHaveLength(before);
      });

      it('rejects two tokens with 400 and an unavailable store with 503', async () => {
        const token = await guarded.signIn({ roles: ['orders'] });
        const headers = { ...withCookie(token).headers, ...withBearer(token).headers };
        expect(await guarded.statusOf(request('/plain/optional', { headers }))).toBe(400);

        const away = jest
          .spyOn(guarded.store, 'find')
          .mockRejectedValue(new SessionStoreUnavailableError());
        expect(await guarded.statusOf(request('/plain/optional', withCookie(token)))).toBe(503);
        away.mockRestore();
      });

      it('does not swallow other errors', async () => {
        const broken = jest.spyOn(guarded.store, 'touch').mockImplementation(() => {
          throw new TypeError('broken');
        });
        const token = await guarded.signIn({ roles: ['orders'] });
        await expect(handled(withCookie(token))).rejects.toThrow(TypeError);
        broken.mockRestore();
      });

      it('is not cacheable', async () => {
        const context = request('/plain/optional');
        await guarded.statusOf(context);
        expect(responseTo(context).getHeader('Cache-Control')).toBe('no-store');
      });

      it('admits services and transports without credentials', async () => {
        const optional = [PlainController, 'optional'] as const;
        const calling = new Guarded({ service: 'sample', calls: { secret: SECRET } });
        const context = httpRequest(optional, { headers: signedCall('reports', 'sample') });
        expect(await calling.handle(context)).toEqual(ANONYMOUS);
        expect(await guarded.statusOf(contextOf('ws', optional, [{}, 'data']))).toBe(200);
      });
    });

    it('forbids caching of every response that depends on a session', async () => {
      const token = await guarded.signIn({ roles: ['orders'] });
      const cacheControl = async (path: Path, parts?: { headers: Record<string, string> }) => {
        const context = request(path, parts);
        const status = await guarded.statusOf(context);
        return [status, responseTo(context).getHeader('Cache-Control')];
      };

      expect(await cacheControl('/plain', withCookie(token))).toEqual([200, 'no-store']);
      expect(await cacheControl('/plain/write', withCookie(token))).toEqual([403, 'no-store']);
      expect(await cacheControl('/plain')).toEqual([401, 'no-store']);
      expect(await cacheControl('/plain/public')).toEqual([200, undefined]);
    });
  });

  describe('for a state-changing browser request', () => {
    const guarded = new Guarded({ requiredRole: 'orders', csrf: { trustedOrigins: [APP] } });
    const open = new Guarded({ requiredRole: 'orders', csrf: false });
    let token: string;
    let openToken: string;

    beforeAll(async () => {
      token = await guarded.signIn({ roles: ['orders'] });
      openToken = await open.signIn({ roles: ['orders'] });
    });

    const post = (path: Path, headers: Record<string, string>) =>
      request(path, { method: 'POST', headers });
    const foreign = { 'sec-fetch-site': 'cross-site' };

    it('rejects a cookie from another origin, also on a public route', async () => {
      const { headers } = withCookie(token);
      for (const path of ['/plain', '/plain/public', '/plain/optional'] as const) {
        const denial = await guarded.denialOf(post(path, { ...headers, ...foreign }));
        expect(denial?.code).toBe('ERR_SESSION_CROSS_ORIGIN');
      }
    });

    it('rejects a gateway identity from another origin', async () => {
      const headers = { 'x-session-identity': 'any', ...foreign };
      expect((await guarded.denialOf(post('/plain', headers)))?.code).toBe(
        'ERR_SESSION_CROSS_ORIGIN',
      );
    });

    it('admits its own origin, a trusted origin, safe methods and bearer tokens', async () => {
      const { headers } = withCookie(token);
      const admitted = [
        post('/plain', { ...headers, 'sec-fetch-site': 'same-origin' }),
        post('/plain', { ...headers, ...foreign, origin: APP }),
        request('/plain', { headers: { ...headers, ...foreign } }),
        post('/plain', { ...withBearer(token).headers, ...foreign }),
      ];
      for (const context of admitted) expect(await guarded.statusOf(context)).toBe(200);
    });

    it('requires a session, not an origin, of requests without a credential', async () => {
      expect((await guarded.denialOf(post('/plain', foreign)))?.code).toBe('ERR_SESSION_REQUIRED');
    });

    it('admits every origin when the check is off', async () => {
      const { headers } = withCookie(openToken);
      expect(await open.statusOf(post('/plain', { ...headers, ...foreign }))).toBe(200);
    });

    it('does not apply to messages', async () => {
      const context = message([PlainController, 'open'], {
        '@session': { ...withCookie(token).headers, ...foreign },
        data: {},
      });
      expect(await guarded.statusOf(context)).toBe(200);
    });
  });

  describe('on other transports', () => {
    const guarded = new Guarded();
    const route = (name: 'undecorated' | 'write' | 'open') => [PlainController, name] as const;

    it('denies a message without a session, unless the handler is public', async () => {
      expect(await guarded.statusOf(message(route('undecorated'), { any: 'data' }))).toBe(401);
      expect(await guarded.statusOf(message(route('write'), { any: 'data' }))).toBe(401);
      expect(await guarded.statusOf(message(route('open'), { any: 'data' }))).toBe(200);
    });

    it('unwraps a message to a public handler', async () => {
      const context = message(route('open'), { '@session': {}, data: 'the data' });

      expect(await guarded.statusOf(context)).toBe(200);

      expect(context.getArgByIndex(0)).toBe('the data');
    });

    it('admits a message that carries the token of a session', async () => {
      const { headers } = withBearer(await guarded.signIn({ roles: ['orders:write'] }));
      const send = () => message(route('write'), { '@session': headers, data: 'the data' });

      expect(await guarded.statusOf(send())).toBe(200);
      const context = send();
      await guarded.guard.canActivate(context);
      expect(currentSession(context)?.roles).toEqual(['orders:write']);
    });

    it('denies a transport without credentials, unless the handler is public', async () => {
      const { headers } = withCookie(await guarded.signIn());
      const websocket = (name: 'undecorated' | 'open') =>
        contextOf('ws', route(name), [{ headers }]);

      const denial = await guarded.denialOf(websocket('undecorated'));
      expect(denial?.code).toBe('ERR_SESSION_REQUIRED');
      expect(await guarded.statusOf(websocket('open'))).toBe(200);
    });

    it('throws a WsException with the stable code in a WebSocket gateway, and records it', () => {
      const before = guarded.log.events.length;
      const deny = jest.fn(() =>
        guarded.guard.canActivate(contextOf('ws', route('undecorated'), [{}])),
      );

      expect(deny).toThrow(WsException);
      expect((deny.mock.results[0]?.value as WsException).getError()).toMatchObject({
        status: 'error',
        code: 'ERR_SESSION_REQUIRED',
      });
      expect(guarded.log.events.slice(before)).toMatchObject([{ door: 'ws' }]);
    });

    it('closes every message handler that is not public without SessionCallsModule', async () => {
      const bare = new Guarded({ service: 'called', calls: null });
      const token = await bare.signIn({ roles: ['orders:write'] });
      const signed = signedCall('caller', 'called', sessionIdOf(token), { pattern: 'p', data: {} });
      await eachRow<unknown>(
        [
          { any: 'data' },
          undefined,
          { '@session': {}, data: {} },
          { '@session': withBearer(token).headers, data: {} },
          { '@session': signed, data: {} },
        ],
        async (data) => {
          const sent = (name: 'undecorated' | 'write' | 'open') =>
            message(route(name), data, { getPattern: () => 'p' });
          expect((await bare.denialOf(sent('undecorated')))?.code).toBe('ERR_SESSION_REQUIRED');
          expect((await bare.denialOf(sent('write')))?.code).toBe('ERR_SESSION_REQUIRED');
          expect(await bare.statusOf(sent('open'))).toBe(200);
        },
      );
    });

    it('throws the denial itself, and records it, without the module of the transport', () => {
      const bare = new Guarded({ calls: null, webSockets: false });
      for (const door of ['rpc', 'ws']) {
        bare.log.events.length = 0;
        const context = contextOf(door, route('undecorated'), [{}, {}]);
        expect(() => bare.guard.canActivate(context)).toThrow(SessionException);
        expect(bare.log.events).toMatchObject([{ door, status: 401 }]);
      }
    });

    it('throws an HttpException in a GraphQL resolver without a root object, and records it', () => {
      const before = guarded.log.events.length;
      const context = contextOf('graphql', route('undecorated'), [undefined, {}, {}, {}]);

      expect(() => guarded.guard.canActivate(context)).toThrow(HttpException);
      expect(guarded.log.events.slice(before)).toMatchObject([{ door: 'graphql', status: 401 }]);
    });
  });

  describe('with binding', () => {
    const CHROME =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';
    const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0';
    const guarded = new Guarded({
      binding: { userAgent: 'reauthenticate' },
      reauthenticateAt: '/again',
      service: 'called',
      calls: { secret: SECRET },
    });
    const signIn = () => guarded.signIn({ userAgent: CHROME });
    const from = (userAgent: string, token: string) => ({
      headers: { ...withCookie(token).headers, 'user-agent': userAgent },
    });

    it('admits the client that signed in, and denies another client with 403', async () => {
      const token = await signIn();

      expect(await guarded.statusOf(request('/plain', from(CHROME, token)))).toBe(200);
      const denial = await guarded.denialOf(request('/plain', from(FIREFOX, token)));
      expect(denial?.getStatus()).toBe(403);
      expect(denial?.getResponse()).toMatchObject({
        code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
        reauthenticate: '/again',
      });
      expect(denial?.who).toMatchObject({ session: { id: sessionIdOf(token) } });
    });

    it('admits another client on a route with @AcceptsChangedClient()', async () => {
      const token = await signIn();

      const context = request('/plain/reauthenticate', from(FIREFOX, token));

      expect(await guarded.statusOf(context)).toBe(200);
    });

    it('does not compare the client of a service that calls on behalf of the session', async () => {
      const call = signedCall('orders', 'called', sessionIdOf(await signIn()));
      const headers = { ...call, 'user-agent': FIREFOX };

      expect(await guarded.statusOf(request('/plain', { headers }))).toBe(200);
    });

    it('does not compare the client of a message', async () => {
      const { headers } = withBearer(await signIn());
      const context = message(
        [PlainController, 'undecorated'],
        { '@session': headers },
        {
          headers: { 'user-agent': FIREFOX },
        },
      );

      expect(await guarded.statusOf(context)).toBe(200);
    });
  });

  it('denies a token that was never issued', async () => {
    const guarded = new Guarded();

    const denial = await guarded.denialOf(request('/plain', withCookie(createToken())));

    expect(denial?.code).toBe('ERR_SESSION_REQUIRED');
  });
});
