import type { Server } from 'node:http';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { interval, map, type Observable } from 'rxjs';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { sessionRequired } from '../errors/session-exception.js';
import { SessionDataFullError } from '../errors/session-data-full.error.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import { CurrentUser } from '../guard/current-user.decorator.js';
import { OptionalSession } from '../roles/optional-session.decorator.js';
import { Public } from '../roles/public.decorator.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import type { Session } from '../session/session.js';
import type { SessionUser } from '../session/session-types.js';
import { sessionOf } from '../source/request-session.js';
import { GatewayApp, type Visitor } from './test-support/gateway-app.js';
import { WsTestClient } from './test-support/ws-client.js';

const FOREIGN = 'https://evil.example.com';
const TRUSTED = 'https://pages.example.com';

@WebSocketGateway({ path: '/orders' })
@Roles('orders')
class OrdersGateway implements OnGatewayConnection {
  readonly connected: (string | null | undefined)[] = [];
  readonly written: unknown[] = [];

  handleConnection(client: object): void {
    this.connected.push(sessionOf(client)?.user.id);
  }

  @SubscribeMessage('me')
  me(@CurrentSession() session: Session, @CurrentUser() user: SessionUser) {
    return { event: 'me', data: { roles: session.roles, user: user.id } };
  }

  @Roles('orders:write')
  @SubscribeMessage('write')
  write(@MessageBody() data: unknown) {
    this.written.push(data);
    return { event: 'written', data };
  }

  @Public()
  @SubscribeMessage('open')
  open() {
    return { event: 'open', data: true };
  }

  @RequireRecentSignIn('5m')
  @SubscribeMessage('recent')
  recent() {
    return { event: 'recent', data: true };
  }

  @SubscribeMessage('denied')
  denied(): never {
    throw sessionRequired();
  }

  @SubscribeMessage('full')
  full(): never {
    throw new SessionDataFullError('orders', 'notes');
  }

  @SubscribeMessage('broken')
  broken(): never {
    throw new Error('a detail of the service');
  }

  @Roles('orders')
  @SubscribeMessage('feed')
  feed(): Observable<object> {
    return interval(20).pipe(map((data) => ({ event: 'feed', data })));
  }

  @Roles('products:write')
  @SubscribeMessage('special')
  special(): Observable<object> {
    return interval(20).pipe(map((data) => ({ event: 'special', data })));
  }
}

@WebSocketGateway({ path: '/public' })
@Public()
class PublicGateway {
  @SubscribeMessage('open')
  open() {
    return { event: 'open', data: true };
  }

  @Roles('orders')
  @SubscribeMessage('closed')
  closed(@CurrentUser() user: SessionUser) {
    return { event: 'closed', data: user.id };
  }

  @Roles('orders')
  @SubscribeMessage('feed')
  feed(): Observable<object> {
    return interval(20).pipe(map((data) => ({ event: 'feed', data })));
  }
}

@WebSocketGateway({ path: '/optional' })
@OptionalSession()
class OptionalGateway {
  @OptionalSession()
  @SubscribeMessage('me')
  me(@ConnectedSocket() client: object, @CurrentSession() session: Session | null) {
    return { event: 'me', data: [sessionOf(client)?.id ?? null, session?.id ?? null] };
  }
}

@WebSocketGateway({ path: '/shared' })
@Public()
class SharedPublicGateway {
  @SubscribeMessage('open')
  open() {
    return { event: 'open', data: true };
  }
}

@WebSocketGateway({ path: '/shared' })
@Roles('admin')
class SharedClosedGateway {
  @SubscribeMessage('closed')
  closed() {
    return { event: 'closed', data: true };
  }
}

@WebSocketGateway({ path: '/both' })
@Roles('orders')
class FirstGateway {}

@WebSocketGateway({ path: '/both' })
@Roles('admin')
class SecondGateway {}

const GATEWAYS = [
  FirstGateway,
  SecondGateway,
  OrdersGateway,
  PublicGateway,
  OptionalGateway,
  SharedPublicGateway,
  SharedClosedGateway,
];

describe.each(httpAdapters)('gateways of platform-ws on %s', (_name, http) => {
  let service: GatewayApp;
  let visitor: Visitor;

  beforeAll(async () => {
    service = await GatewayApp.start({
      gateways: GATEWAYS,
      adapter: 'ws',
      http,
      session: { requiredRole: 'products', csrf: { trustedOrigins: [TRUSTED] } },
    });
  });
  afterAll(() => service.close());

  beforeEach(async () => {
    visitor = await service.signIn('products', 'orders');
    service.log.events.length = 0;
  });
  afterEach(() => eventually(() => service.channels.size === 0));

  const open = (path: string, headers: Record<string, string> = {}) =>
    WsTestClient.open(`${service.url}${path}`, { headers });
  const refused = (path: string, headers: Record<string, string> = {}) =>
    WsTestClient.refused(`${service.url}${path}`, { headers });

  describe('refuse a handshake before the upgrade', () => {
    it('with 401 without a session, and record it', async () => {
      const { status, headers, body } = await refused('/orders');

      expect(status).toBe(401);
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'www-authenticate': 'Bearer',
      });
      expect(body).toMatchObject({ status: 401, code: 'ERR_SESSION_REQUIRED' });
      expect(service.log.events).toMatchObject([
        { event: 'session.denied', reason: 'anonymous', door: 'ws', status: 401 },
      ]);
    });

    it('with 401 for a session that has ended', async () => {
      await service.manager.revoke(visitor.session.id);
      service.log.events.length = 0;

      expect((await refused('/orders', visitor.bearer)).status).toBe(401);
      expect(service.log.events).toMatchObject([
        { event: 'session.denied', reason: 'invalid', sessionId: visitor.session.id },
      ]);
    });

    it('with 403 without the role of the gateway, or without the role of the service', async () => {
      for (const roles of [['products'], ['orders']]) {
        const other = await service.signIn(...roles);
        service.log.events.length = 0;

        const { status, body } = await refused('/orders', other.bearer);

        expect(status).toBe(403);
        expect(body).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
        expect(service.log.events).toMatchObject([
          { event: 'session.denied', reason: 'role', userId: other.session.user.id },
        ]);
      }
    });

    it('with 403 for a page of another origin that has the cookie', async () => {
      const pages: Record<string, string>[] = [
        { origin: FOREIGN },
        { 'sec-fetch-site': 'cross-site' },
      ];
      for (const page of pages) {
        const headers = { ...visitor.cookie, ...page };

        const { status, body } = await refused('/orders', headers);

        expect(status).toBe(403);
        expect(body).toMatchObject({ code: 'ERR_SESSION_CROSS_ORIGIN' });
        expect((await refused('/public', headers)).status).toBe(403);
        expect(service.log.events).toMatchObject([
          { event: 'session.denied', reason: 'cross-origin' },
          { event: 'session.denied', reason: 'cross-origin' },
        ]);
        service.log.events.length = 0;
      }
    });

    it('with 400 for two tokens', async () => {
      const { status, body } = await refused('/orders', { ...visitor.cookie, ...visitor.bearer });

      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'ERR_SESSION_TOKEN_AMBIGUOUS' });
      expect(service.log.events).toMatchObject([{ event: 'token.ambiguous' }]);
    });

    it('with 503 while the store does not answer', async () => {
      const restore = service.failStore();
      try {
        const { status, headers, body } = await refused('/orders', visitor.bearer);

        expect(status).toBe(503);
        expect(headers['retry-after']).toMatch(/^\d+$/);
        expect(body).toMatchObject({ code: 'ERR_SESSION_STORE_UNAVAILABLE' });
      } finally {
        restore();
      }
    });

    it('whose token is in the URL', async () => {
      for (const name of ['token', 'access_token', '__Host-sid']) {
        expect((await refused(`/orders?${name}=${visitor.token}`)).status).toBe(401);
      }
    });

    it('of a service that signs a call', async () => {
      const { status, body } = await refused('/orders', { 'x-session-call': 'a.b.c' });

      expect(status).toBe(401);
      expect(body).toMatchObject({ code: 'ERR_SESSION_CALL_REFUSED' });
    });

    it('that one of the gateways on its path does not admit', async () => {
      expect((await refused('/shared')).status).toBe(401);
      expect((await refused('/shared', visitor.bearer)).status).toBe(403);
    });

    it('and leave nothing behind after a flood', async () => {
      const server = service.app.getHttpServer() as Server;
      const listeners = server.listenerCount('upgrade');
      for (let round = 0; round < 10; round += 1) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => refused('/orders')));
        expect(answers.every(({ status }) => status === 401)).toBe(true);
      }
      expect(service.channels.size).toBe(0);
      expect(server.listenerCount('upgrade')).toBe(listeners);
      const connections = () =>
        new Promise<number>((resolve, reject) => {
          server.getConnections((error, count) => {
            if (error) reject(error);
            else resolve(count);
          });
        });
      await eventually(async () => (await connections()) === 0);
    });
  });

  describe('admit a handshake', () => {
    it('with the cookie or the bearer token, whose messages have the session', async () => {
      for (const credentials of [visitor.cookie, visitor.bearer]) {
        const client = await open('/orders', credentials);

        expect(await client.ask('me')).toEqual({
          event: 'me',
          data: { roles: ['products', 'orders'], user: visitor.session.user.id },
        });
        client.socket.close();
      }
    });

    it('of the own and of a trusted origin with the cookie, and of any origin with a token', async () => {
      const own = await open('/orders', { ...visitor.cookie, origin: service.url });
      const trusted = await open('/orders', { ...visitor.cookie, origin: TRUSTED });
      const foreign = await open('/orders', { ...visitor.bearer, origin: FOREIGN });
      for (const client of [own, trusted, foreign]) client.socket.close();
      expect(service.log.events).toEqual([]);
    });

    it('with the session at hand in handleConnection()', async () => {
      const gateway = service.app.get(OrdersGateway);
      gateway.connected.length = 0;

      const client = await open('/orders', visitor.bearer);

      expect(gateway.connected).toEqual([visitor.session.user.id]);
      client.socket.close();
    });

    it('of a public gateway without a session, which opens no channel', async () => {
      const client = await open('/public');

      expect(await client.ask('open')).toEqual({ event: 'open', data: true });
      expect(await client.ask('closed')).toMatchObject({
        event: 'exception',
        data: { code: 'ERR_SESSION_REQUIRED' },
      });
      expect(service.channels.size).toBe(0);
      client.socket.close();
    });

    it('of a gateway with an optional session, with or without it', async () => {
      const anonymous = await open('/optional');
      expect(await anonymous.ask('me')).toEqual({ event: 'me', data: [null, null] });
      expect(service.channels.size).toBe(0);
      const known = await open('/optional', visitor.bearer);
      const { id } = visitor.session;
      expect(await known.ask('me')).toEqual({ event: 'me', data: [id, id] });
      expect(service.channels.size).toBe(1);
      for (const client of [anonymous, known]) client.socket.close();
    });

    it('that all gateways on its path admit', async () => {
      const other = await service.signIn('products', 'admin');
      const client = await open('/shared', other.bearer);

      expect(await client.ask('open')).toEqual({ event: 'open', data: true });
      expect(await client.ask('closed')).toEqual({ event: 'closed', data: true });
      await service.manager.setRoles(other.session.user.id, ['products']);
      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4403, reason: 'ERR_SESSION_ROLE_REQUIRED' });
    });
  });

  it('close a connection when one of the gateways on its path no longer admits it', async () => {
    for (const kept of ['orders', 'admin']) {
      const other = await service.signIn('products', 'orders', 'admin');
      const client = await open('/both', other.bearer);

      await service.manager.setRoles(other.session.user.id, ['products', kept]);

      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4403, reason: 'ERR_SESSION_ROLE_REQUIRED' });
    }
  });

  describe('decide about each message', () => {
    it('by the roles of its handler, and record denials', async () => {
      const client = await open('/orders', visitor.bearer);

      expect(await client.ask('write', 'tea')).toEqual({
        event: 'exception',
        data: {
          status: 'error',
          code: 'ERR_SESSION_ROLE_REQUIRED',
          message: 'The session has no role that allows this.',
        },
      });
      expect(service.log.events).toMatchObject([
        { event: 'session.denied', reason: 'role', door: 'ws', route: 'write' },
      ]);
      await service.manager.setRoles(visitor.session.user.id, [
        'products',
        'orders',
        'orders:write',
      ]);
      expect(await client.ask('write', 'tea')).toEqual({ event: 'written', data: 'tea' });
      expect(await client.ask('recent')).toEqual({ event: 'recent', data: true });
      client.socket.close();
    });

    it('by the session as it is now', async () => {
      const client = await open('/public', visitor.bearer);
      expect(await client.ask('closed')).toMatchObject({ event: 'closed' });

      await service.manager.revoke(visitor.session.id);

      expect(await client.ask('closed')).toMatchObject({
        event: 'exception',
        data: { code: 'ERR_SESSION_REQUIRED' },
      });
      expect(client.closed).toBeNull();
      client.socket.close();
    });

    it('and answer an error of the library with its code, and no detail of another error', async () => {
      const client = await open('/orders', visitor.bearer);

      expect(await client.ask('denied')).toMatchObject({
        event: 'exception',
        data: { status: 'error', code: 'ERR_SESSION_REQUIRED' },
      });
      expect(await client.ask('full')).toMatchObject({
        event: 'exception',
        data: { status: 'error', code: 'ERR_SESSION_DATA_FULL' },
      });
      expect(JSON.stringify(await client.ask('broken'))).not.toContain('a detail');
      expect(await client.ask('open')).toEqual({ event: 'open', data: true });
      client.socket.close();
    });

    it('and refuse it while the store does not answer', async () => {
      const client = await open('/orders', visitor.bearer);
      expect(await client.ask('me')).toMatchObject({ event: 'me' });
      const restore = service.failStore();

      expect(await client.ask('me')).toMatchObject({
        event: 'exception',
        data: { code: 'ERR_SESSION_STORE_UNAVAILABLE' },
      });
      restore();
      expect(await client.ask('me')).toMatchObject({ event: 'me' });
      client.socket.close();
    });
  });

  describe('close a connection', () => {
    it('with 4401 when its session is revoked', async () => {
      const client = await open('/orders', visitor.bearer);

      await service.manager.revoke(visitor.session.id);

      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4401, reason: 'ERR_SESSION_REQUIRED' });
    });

    it('with 4401 when its token is rotated without a grace', async () => {
      const client = await open('/orders', visitor.bearer);

      await service.manager.rotate(visitor.session.id);

      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4401, reason: 'ERR_SESSION_REQUIRED' });
    });

    it('with 4401 at the absolute timeout', async () => {
      const client = await open('/orders', visitor.bearer);

      service.store.expire(visitor.session.id, 'absolute');
      service.channels.verify(visitor.session.id);

      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4401, reason: 'ERR_SESSION_REQUIRED' });
    });

    it('with 4403 when the session loses the role of the gateway', async () => {
      const client = await open('/orders', visitor.bearer);

      await service.manager.setRoles(visitor.session.user.id, ['products']);

      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4403, reason: 'ERR_SESSION_ROLE_REQUIRED' });
    });

    it('with 4403 when the session loses the role of a handler whose stream is running', async () => {
      const other = await service.signIn('products', 'orders', 'products:write');
      const client = await open('/orders', other.bearer);
      expect(await client.ask('special')).toMatchObject({ event: 'special' });

      await service.manager.setRoles(other.session.user.id, ['products', 'orders']);

      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4403, reason: 'ERR_SESSION_ROLE_REQUIRED' });
    });

    it('of a public gateway when the session of a running stream ends', async () => {
      const client = await open('/public', visitor.bearer);
      expect(await client.ask('feed')).toMatchObject({ event: 'feed' });
      expect(service.channels.size).toBe(1);

      await service.manager.revoke(visitor.session.id);

      await eventually(() => client.closed !== null);
      expect(client.closed).toEqual({ code: 4401, reason: 'ERR_SESSION_REQUIRED' });
    });

    it('and refuse messages of a client that ignores the close', async () => {
      const gateway = service.app.get(OrdersGateway);
      const other = await service.signIn('products', 'orders', 'orders:write');
      const client = await open('/orders', other.bearer);
      // The client reads nothing, so it does not answer the close frame.
      client.socket.pause();
      gateway.written.length = 0;
      service.log.events.length = 0;
      await service.manager.setRoles(other.session.user.id, ['products', 'orders:write']);
      await eventually(() => service.log.events.some(({ event }) => event === 'channels.closed'));

      client.send('write', 'late');

      await eventually(() => service.log.events.some(({ event }) => event === 'session.denied'));
      expect(gateway.written).toEqual([]);
      client.close();
    });

    it('that the client does not close, by force', async () => {
      const client = await open('/orders', visitor.bearer);
      // The client reads nothing, so it does not answer the close frame.
      client.socket.pause();

      await service.manager.revoke(visitor.session.id);

      await eventually(() => service.channels.size === 0);
      client.socket.resume();
      await eventually(() => client.closed !== null);
    });
  });

  it('keep a connection open while the session keeps what it needs', async () => {
    const client = await open('/orders', visitor.bearer);
    expect(await client.ask('feed')).toMatchObject({ event: 'feed' });

    await service.manager.setRoles(visitor.session.user.id, ['products', 'orders', 'admin']);

    await eventually(() => client.messages.length > 5);
    expect(client.closed).toBeNull();
    client.socket.close();
  });
});

describe('close codes of registered kind', () => {
  let service: GatewayApp;

  beforeAll(async () => {
    service = await GatewayApp.start({
      gateways: [OrdersGateway],
      adapter: 'ws',
      webSockets: { closeCodes: 'registered' },
    });
  });
  afterAll(() => service.close());

  it('are 1008 without a session or a role', async () => {
    const visitor = await service.signIn('orders');
    const first = await WsTestClient.open(`${service.url}/orders`, { headers: visitor.bearer });
    await service.manager.setRoles(visitor.session.user.id, []);
    await eventually(() => first.closed !== null);
    expect(first.closed).toEqual({ code: 1008, reason: 'ERR_SESSION_ROLE_REQUIRED' });

    await service.manager.setRoles(visitor.session.user.id, ['orders']);
    const second = await WsTestClient.open(`${service.url}/orders`, { headers: visitor.bearer });
    await service.manager.revoke(visitor.session.id);
    await eventually(() => second.closed !== null);
    expect(second.closed).toEqual({ code: 1008, reason: 'ERR_SESSION_REQUIRED' });
  });
});
