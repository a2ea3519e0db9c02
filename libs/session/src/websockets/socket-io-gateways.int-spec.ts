import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { connect } from 'node:net';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { interval, map, type Observable } from 'rxjs';
import type { Server, Socket } from 'socket.io';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { sessionRequired } from '../errors/session-exception.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import { CurrentUser } from '../guard/current-user.decorator.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import type { Session } from '../session/session.js';
import type { SessionUser } from '../session/session-types.js';
import { sessionOf } from '../source/request-session.js';
import { GatewayApp, type Visitor } from './test-support/gateway-app.js';
import { type IoClientOptions, IoTestClient } from './test-support/io-client.js';
import { WsTestClient } from './test-support/ws-client.js';

const FOREIGN = 'https://evil.example.com';
const TRANSPORTS = ['polling', 'websocket'] as const;

@WebSocketGateway({ path: '/orders' })
@Roles('orders')
class OrdersGateway implements OnGatewayConnection {
  readonly connected: (string | undefined)[] = [];

  handleConnection(client: Socket): void {
    this.connected.push(sessionOf(client)?.user.id);
  }

  @SubscribeMessage('me')
  me(@CurrentSession() session: Session, @CurrentUser() user: SessionUser) {
    return { event: 'me', data: { roles: session.roles, user: user.id } };
  }

  @Roles('orders:write')
  @SubscribeMessage('write')
  write(@MessageBody() data: unknown) {
    return { event: 'written', data };
  }

  @SubscribeMessage('denied')
  denied(): never {
    throw sessionRequired();
  }

  @Roles('products:write')
  @SubscribeMessage('feed')
  feed(): Observable<object> {
    return interval(20).pipe(map((data) => ({ event: 'feed', data })));
  }
}

@WebSocketGateway({ path: '/chat', namespace: 'admin' })
@Roles('admin')
class AdminGateway {
  readonly connected: string[] = [];

  handleConnection(client: Socket): void {
    this.connected.push(client.id);
  }

  @SubscribeMessage('me')
  me(@CurrentUser() user: SessionUser) {
    return { event: 'me', data: user.id };
  }
}

@WebSocketGateway({ path: '/chat', namespace: 'lobby' })
@Public()
class LobbyGateway implements OnGatewayInit {
  afterInit(server: Server & { server?: Server }): void {
    // A namespace without a gateway.
    (server.server ?? server).of('/bare').on('connection', (socket) => {
      socket.emit('welcome');
    });
  }

  @SubscribeMessage('open')
  open() {
    return { event: 'open', data: true };
  }
}

@WebSocketGateway({ path: '/chat', namespace: /^\/room-\w+$/ })
@Roles('orders')
class RoomGateway {
  @SubscribeMessage('where')
  where(@ConnectedSocket() client: Socket) {
    return { event: 'where', data: client.nsp.name };
  }
}

@WebSocketGateway({ path: '/staff', namespace: 'users' })
@Roles('admin')
class UsersGateway {}

@WebSocketGateway({ path: '/staff', namespace: 'stock' })
@Roles('products:write')
class StockGateway {}

const GATEWAYS = [
  OrdersGateway,
  AdminGateway,
  LobbyGateway,
  RoomGateway,
  UsersGateway,
  StockGateway,
];

describe.each(httpAdapters)('gateways of socket.io on %s', (name, http) => {
  let service: GatewayApp;
  let visitor: Visitor;
  const clients: IoTestClient[] = [];

  beforeAll(async () => {
    service = await GatewayApp.start({
      gateways: GATEWAYS,
      // Nest's default adapter is socket.io: no line in `main.ts` is needed.
      adapter: name === 'Express' ? 'default' : 'socket.io',
      http,
      session: { requiredRole: 'products' },
    });
  });
  afterAll(() => service.close());

  beforeEach(async () => {
    visitor = await service.signIn('products', 'orders');
    service.log.events.length = 0;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await eventually(() => service.channels.size === 0);
  });

  const start = (path: string, options: IoClientOptions = {}) => {
    const client = IoTestClient.start(`${service.url}${path}`, {
      transports: ['websocket'],
      ...options,
    });
    clients.push(client);
    return client;
  };
  const open = async (path: string, options: IoClientOptions = {}) => {
    const client = start(path, options);
    await client.connected();
    return client;
  };
  const engineUrl = (path: string, transport: string) =>
    `${service.url}${path}/?EIO=4&transport=${transport}`;

  /** Sends the first request of a client, and returns the answer. */
  async function handshake(
    transport: (typeof TRANSPORTS)[number],
    path: string,
    headers: Record<string, string> = {},
  ) {
    const url = engineUrl(path, transport);
    if (transport === 'websocket') return WsTestClient.refused(url, { headers });
    const response = await fetch(url, { headers });
    const { status } = response;
    const answered = Object.fromEntries(response.headers);
    return { status, headers: answered, body: await response.json() };
  }

  describe.each(TRANSPORTS)('refuse a handshake by %s', (transport) => {
    it('with 401 without a session, and record it', async () => {
      const { status, headers, body } = await handshake(transport, '/orders');

      expect(status).toBe(401);
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'www-authenticate': 'Bearer',
      });
      expect(body).toMatchObject({ status: 401, code: 'ERR_SESSION_REQUIRED' });
      expect(service.log.events).toMatchObject([
        { event: 'session.denied', reason: 'anonymous', door: 'ws' },
      ]);
    });

    it('with 403 without the role, or of a page of another origin', async () => {
      const other = await service.signIn('products');

      expect((await handshake(transport, '/orders', other.bearer)).body).toMatchObject({
        code: 'ERR_SESSION_ROLE_REQUIRED',
      });
      const foreign = { ...visitor.cookie, origin: FOREIGN };
      for (const path of ['/orders', '/chat']) {
        const { status, body } = await handshake(transport, path, foreign);
        expect(status).toBe(403);
        expect(body).toMatchObject({ code: 'ERR_SESSION_CROSS_ORIGIN' });
      }
    });

    it('with 400 for two tokens, and with 503 while the store does not answer', async () => {
      const both = { ...visitor.cookie, ...visitor.bearer };
      expect((await handshake(transport, '/orders', both)).status).toBe(400);
      const restore = service.failStore();
      const { status, headers } = await handshake(transport, '/orders', visitor.bearer);
      restore();

      expect(status).toBe(503);
      expect(headers['retry-after']).toMatch(/^\d+$/);
    });

    it('whose token is in the URL or in the data of the client', async () => {
      const { token } = visitor;
      const client = start('/orders', {
        transports: [transport],
        query: { token },
        auth: { token },
      });

      expect(await client.refused()).toBeInstanceOf(Error);
      expect(service.log.events).toMatchObject([{ reason: 'anonymous' }]);
    });

    it('and admit one with the cookie or the token', async () => {
      for (const extraHeaders of [visitor.cookie, visitor.bearer]) {
        const client = await open('/orders', { transports: [transport], extraHeaders });

        expect(await client.ask('me')).toEqual([
          'me',
          { roles: ['products', 'orders'], user: visitor.session.user.id },
        ]);
      }
    });
  });

  it('upgrade a connection from long polling', async () => {
    const client = await open('/orders', {
      transports: ['polling', 'websocket'],
      extraHeaders: visitor.cookie,
    });

    await eventually(() => client.manager.engine.transport.name === 'websocket');
    expect(await client.ask('me')).toMatchObject(['me', {}]);
    expect(service.channels.size).toBe(1);
  });

  it('have the session at hand in handleConnection()', async () => {
    const gateway = service.app.get(OrdersGateway);
    gateway.connected.length = 0;

    await open('/orders', { extraHeaders: visitor.bearer });

    expect(gateway.connected).toEqual([visitor.session.user.id]);
  });

  it('decide about each message, with stable codes', async () => {
    const client = await open('/orders', { extraHeaders: visitor.bearer });

    expect(await client.ask('write', 'tea')).toEqual([
      'exception',
      {
        status: 'error',
        code: 'ERR_SESSION_ROLE_REQUIRED',
        message: 'The session has no role that allows this.',
      },
    ]);
    expect(await client.ask('denied')).toMatchObject([
      'exception',
      { code: 'ERR_SESSION_REQUIRED' },
    ]);
    await service.manager.setRoles(visitor.session.user.id, ['products', 'orders', 'orders:write']);
    expect(await client.ask('write', 'tea')).toEqual(['written', 'tea']);
  });

  describe.each(TRANSPORTS)('close a connection by %s', (transport) => {
    const opened = (roles: string[] = []) =>
      service.signIn('products', 'orders', ...roles).then(async (user) => {
        const extraHeaders = user.cookie;
        const client = await open('/orders', {
          transports: [transport],
          extraHeaders,
          reconnection: true,
          reconnectionDelay: 10,
        });
        return { client, user };
      });

    it('when its session is revoked, and the client does not connect again', async () => {
      const { client, user } = await opened();

      await service.manager.revoke(user.session.id);

      await eventually(() => client.disconnects.length === 1);
      expect(client.disconnects).toEqual(['io server disconnect']);
      expect(client.events).toMatchObject([['exception', { code: 'ERR_SESSION_REQUIRED' }]]);
      expect(client.socket.active).toBe(false);
    });

    it('when the session loses the role of the gateway, or of a running stream', async () => {
      const { client, user } = await opened();
      await service.manager.setRoles(user.session.user.id, ['products']);
      await eventually(() => client.disconnects.length === 1);
      expect(client.events).toMatchObject([['exception', { code: 'ERR_SESSION_ROLE_REQUIRED' }]]);

      const streaming = await opened(['products:write']);
      expect(await streaming.client.ask('feed')).toMatchObject(['feed', 0]);
      await service.manager.setRoles(streaming.user.session.user.id, ['products', 'orders']);
      await eventually(() => streaming.client.disconnects.length === 1);
      expect(streaming.client.events.at(-1)).toMatchObject([
        'exception',
        { code: 'ERR_SESSION_ROLE_REQUIRED' },
      ]);
    });
  });

  describe('long polling', () => {
    /** Opens a connection by hand, as the parser of socket.io writes it. */
    async function polled(headers: Record<string, string>): Promise<string> {
      const response = await fetch(engineUrl('/orders', 'polling'), { headers });
      const { sid } = JSON.parse((await response.text()).slice(1)) as { sid: string };
      return `${engineUrl('/orders', 'polling')}&sid=${sid}`;
    }

    it('goes on with the session of its handshake, whatever other cookies change', async () => {
      const url = await polled(visitor.cookie);
      const headers = { cookie: `theme=dark; ${visitor.cookie.cookie}` };

      const joined = await fetch(url, { method: 'POST', headers, body: '40' });

      expect(joined.status).toBe(200);
      await fetch(url, { method: 'POST', headers, body: '1' });
    });

    it('is refused with 401 with another session, or without one', async () => {
      const url = await polled(visitor.cookie);
      const other = await service.signIn('products', 'orders');
      for (const headers of [other.cookie, {}, { cookie: '__Host-sid=x' }]) {
        for (const method of ['GET', 'POST']) {
          const body = method === 'POST' ? '40' : null;
          const response = await fetch(url, { method, headers, body });

          expect(response.status).toBe(401);
          expect(await response.json()).toMatchObject({ code: 'ERR_SESSION_REQUIRED' });
        }
        expect(
          (await WsTestClient.refused(url.replace('polling', 'websocket'), { headers })).status,
        ).toBe(401);
      }
      const denied = service.log.events.filter(({ event }) => event === 'session.denied');
      expect(denied).toHaveLength(9);
      await fetch(url, { method: 'POST', headers: visitor.cookie, body: '1' });
    });

    it('with an unknown id is answered by Engine.IO', async () => {
      const response = await fetch(`${engineUrl('/orders', 'polling')}&sid=toString`);

      expect(response.status).toBe(400);
    });
  });

  describe('with namespaces', () => {
    it('admit an anonymous client to the public namespace only', async () => {
      const lobby = await open('/chat', { extraHeaders: {} }).catch((error: unknown) => error);
      // The root namespace has no gateway: it needs a session.
      expect(lobby).toMatchObject({
        message: 'ERR_SESSION_REQUIRED',
        data: { status: 'error', code: 'ERR_SESSION_REQUIRED' },
      });
      const client = clients[0]?.join('/lobby');
      await client?.connected();
      expect(await client?.ask('open')).toEqual(['open', true]);
      for (const namespace of ['/admin', '/room-1', '/bare']) {
        expect(await client?.join(namespace).refused()).toMatchObject({
          message: 'ERR_SESSION_REQUIRED',
        });
      }
      expect(service.channels.size).toBe(0);
    });

    it('refuse a handshake that none of the gateways would admit', async () => {
      for (const transport of TRANSPORTS) {
        expect(await handshake(transport, '/staff')).toMatchObject({ status: 401 });
        service.log.events.length = 0;
        expect(await handshake(transport, '/staff', visitor.bearer)).toMatchObject({
          status: 403,
          body: { code: 'ERR_SESSION_ROLE_REQUIRED' },
        });
        expect(service.log.events).toMatchObject([{ event: 'session.denied', reason: 'role' }]);
      }
      const other = await service.signIn('products', 'products:write');
      const client = await open('/staff', { extraHeaders: other.bearer });
      await client.join('/stock').connected();
      expect(await client.join('/users').refused()).toMatchObject({
        message: 'ERR_SESSION_ROLE_REQUIRED',
      });
    });

    it('check the roles of the gateway when a client joins', async () => {
      const gateway = service.app.get(AdminGateway);
      const client = await open('/chat', { extraHeaders: visitor.bearer });
      const admin = client.join('/admin');

      expect(await admin.refused()).toMatchObject({
        message: 'ERR_SESSION_ROLE_REQUIRED',
        data: { code: 'ERR_SESSION_ROLE_REQUIRED' },
      });
      expect(gateway.connected).toEqual([]);
      const room = client.join('/room-7');
      await room.connected();
      expect(await room.ask('where')).toEqual(['where', '/room-7']);
      const bare = client.join('/bare');
      await eventually(() => bare.events.length === 1);
    });

    it('close the connection when the session loses the role of a joined namespace', async () => {
      const other = await service.signIn('products', 'admin');
      const client = await open('/chat', { extraHeaders: other.bearer });
      const admin = client.join('/admin');
      await admin.connected();
      expect(service.channels.size).toBe(1);

      await service.manager.setRoles(other.session.user.id, ['products']);

      await eventually(() => admin.disconnects.length === 1 && client.disconnects.length === 1);
      expect(admin.events).toMatchObject([['exception', { code: 'ERR_SESSION_ROLE_REQUIRED' }]]);
    });

    it('keep the connection when the session loses the role of a namespace that was left', async () => {
      const other = await service.signIn('products', 'admin');
      const client = await open('/chat', { extraHeaders: other.bearer });
      const admin = client.join('/admin');
      await admin.connected();
      admin.socket.disconnect();
      const bare = client.join('/bare');
      await bare.connected();

      await service.manager.setRoles(other.session.user.id, ['products']);
      const again = client.join('/admin');

      expect(await again.refused()).toMatchObject({ message: 'ERR_SESSION_ROLE_REQUIRED' });
      expect(client.disconnects).toEqual([]);
    });
  });

  it('do not wait for a refused client that keeps its side open', async () => {
    const server = service.app.getHttpServer() as HttpServer;
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const closed = once(server, 'connection').then(([accepted]: Socket[]) =>
      once(accepted as never, 'close'),
    );
    socket.write(
      'GET /orders/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n' +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );

    const [answer] = (await once(socket, 'data')) as [Buffer];

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    await closed;
    socket.destroy();
  });

  it('leave nothing behind after a flood of refused handshakes', async () => {
    const server = service.app.getHttpServer() as HttpServer;
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, at) =>
          handshake(at % 2 === 0 ? 'polling' : 'websocket', '/orders'),
        ),
      );
      expect(answers.every(({ status }) => status === 401)).toBe(true);
    }
    expect(service.channels.size).toBe(0);
    server.closeIdleConnections();
    await eventually(
      () =>
        new Promise<boolean>((resolve) => {
          server.getConnections((_, count) => {
            resolve(count === 0);
          });
        }),
    );
  });
});
