import {
  MessageBody,
  ConnectedSocket,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Namespace, Server, Socket } from 'socket.io';
import { eventually } from '../../../../tools/testing/eventually.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import { OptionalSession } from '../roles/optional-session.decorator.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import type { Session } from '../session/session.js';
import { GatewayApp, type Visitor } from './test-support/gateway-app.js';
import { IoTestClient } from './test-support/io-client.js';

/** Joins rooms, and sends into them. */
class RoomGateway {
  @WebSocketServer()
  server!: Server | Namespace;
  readonly recovered: boolean[] = [];

  handleConnection(client: Socket): void {
    this.recovered.push(client.recovered);
  }

  @Public()
  @SubscribeMessage('enter')
  async enter(@ConnectedSocket() client: Socket, @MessageBody() room: string) {
    await client.join(room);
    return { event: 'entered', data: room };
  }

  @OptionalSession()
  @SubscribeMessage('me')
  me(@CurrentSession() session: Session | null) {
    return { event: 'me', data: session?.id ?? null };
  }
}

@WebSocketGateway({ path: '/closed', connectionStateRecovery: {} })
class ClosedGateway extends RoomGateway {}

@Public()
@WebSocketGateway({ path: '/open', connectionStateRecovery: { skipMiddlewares: true } })
class OpenGateway extends RoomGateway {}

@WebSocketGateway({ path: '/parts', connectionStateRecovery: {}, namespace: '/' })
class RootGateway extends RoomGateway {}

@Roles('admin')
@WebSocketGateway({ path: '/parts', connectionStateRecovery: {}, namespace: '/admin' })
class AdminGateway extends RoomGateway {}

describe('connectionStateRecovery', () => {
  let service: GatewayApp;
  let visitor: Visitor;
  const clients: IoTestClient[] = [];

  beforeAll(async () => {
    service = await GatewayApp.start({
      gateways: [ClosedGateway, OpenGateway, RootGateway, AdminGateway],
      adapter: 'socket.io',
    });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    visitor = await service.signIn('admin');
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await eventually(() => service.channels.size === 0);
  });

  /** Opens a page of a user, and enters a room. */
  async function enter(path: string, headers: Record<string, string>, namespace = '/') {
    const root = await IoTestClient.open(`${service.url}${path}`, {
      transports: ['websocket'],
      extraHeaders: headers,
      reconnection: false,
    });
    clients.push(root);
    const client = namespace === '/' ? root : root.join(namespace);
    await client.connected();
    // The last argument is the position from which the client recovers.
    expect(await client.ask('enter', 'private')).toEqual(['entered', 'private', expect.anything()]);
    return client;
  }

  /** Loses the connection, and sends into the room before the page connects again. */
  async function reconnect(
    client: IoTestClient,
    gateway: RoomGateway,
    headers: Record<string, string>,
  ) {
    const { id } = client.socket;
    client.manager.engine.close();
    await eventually(() => !client.socket.connected);
    const { server } = gateway;
    await eventually(async () => (await server.fetchSockets()).every((it) => it.id !== id));
    server.to('private').emit('missed', 'a secret');
    gateway.recovered.length = 0;
    client.manager.opts.extraHeaders = headers;
    const { length } = client.errors;
    client.socket.connect();
    await eventually(() => client.socket.connected || client.errors.length > length);
    return client.socket.connected;
  }

  it.each(['/closed', '/parts'])('restores the state of the same session on %s', async (path) => {
    const gateway = service.app.get(path === '/closed' ? ClosedGateway : RootGateway);
    const client = await enter(path, visitor.cookie);

    expect(await reconnect(client, gateway, visitor.cookie)).toBe(true);

    expect(client.socket.recovered).toBe(true);
    expect(gateway.recovered).toEqual([true]);
    await eventually(() => client.events.some(([name]) => name === 'missed'));
    expect(await client.ask('me')).toContain(visitor.session.id);
  });

  it('restores nothing of another session on the same page', async () => {
    const other = await service.signIn('admin');
    const gateway = service.app.get(ClosedGateway);
    const client = await enter('/closed', visitor.cookie);

    expect(await reconnect(client, gateway, other.cookie)).toBe(true);

    expect(client.socket.recovered).toBe(false);
    expect(gateway.recovered).toEqual([false]);
    gateway.server.to('private').emit('missed', 'a secret');
    expect(await client.ask('enter', 'own')).toContain('entered');
    expect(client.events.some(([name]) => name === 'missed')).toBe(false);
  });

  it('restores nothing for a client that claims the state of another session', async () => {
    const other = await service.signIn('admin');
    const gateway = service.app.get(ClosedGateway);
    const client = await enter('/closed', visitor.cookie);
    const { _pid: pid = '' } = client.socket as unknown as { _pid?: string };
    expect(pid).toContain('~');
    (client.socket as unknown as { _pid: string })._pid =
      `${pid.split('~')[0] ?? ''}~${other.session.id}`;

    expect(await reconnect(client, gateway, other.cookie)).toBe(true);

    expect(client.socket.recovered).toBe(false);
    expect(client.events.some(([name]) => name === 'missed')).toBe(false);
  });

  it('refuses a session that has ended', async () => {
    const gateway = service.app.get(ClosedGateway);
    const client = await enter('/closed', visitor.cookie);
    client.manager.engine.close();
    await eventually(() => service.channels.size === 0);
    await service.manager.revoke(visitor.session.id);

    expect(await reconnect(client, gateway, visitor.cookie)).toBe(false);

    expect(gateway.recovered).toEqual([]);
    expect(client.events.some(([name]) => name === 'missed')).toBe(false);
  });

  it('refuses a namespace whose role the session has lost, and sends nothing that was missed', async () => {
    const gateway = service.app.get(AdminGateway);
    const client = await enter('/parts', visitor.cookie, '/admin');
    client.manager.engine.close();
    // Only the state of a connection that was lost is kept.
    await eventually(() => service.channels.size === 0);
    await service.manager.setRoles(visitor.session.user.id, []);

    expect(await reconnect(client, gateway, visitor.cookie)).toBe(false);

    expect(client.errors).toMatchObject([{ message: 'ERR_SESSION_ROLE_REQUIRED' }]);
    expect(JSON.stringify(client.packets)).toContain('entered');
    expect(JSON.stringify(client.packets)).not.toContain('missed');
  });

  it('of a public gateway restores the state of anonymous clients only', async () => {
    const gateway = service.app.get(OpenGateway);
    const anonymous = await enter('/open', {});
    expect(await reconnect(anonymous, gateway, {})).toBe(true);
    expect(anonymous.socket.recovered).toBe(true);

    const known = await enter('/open', visitor.cookie);
    expect(await reconnect(known, gateway, visitor.cookie)).toBe(true);
    expect(known.socket.recovered).toBe(false);

    const ambiguous = { ...visitor.cookie, ...visitor.bearer };
    const unclear = await enter('/open', ambiguous);
    expect(await reconnect(unclear, gateway, ambiguous)).toBe(true);
    expect(unclear.socket.recovered).toBe(false);

    const left = await enter('/open', visitor.cookie);
    expect(await reconnect(left, gateway, {})).toBe(true);
    expect(left.socket.recovered).toBe(false);
  });
});
