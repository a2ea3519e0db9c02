import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import { eventually } from '../../../../tools/testing/eventually';
import { LiveSockets } from './live-sockets';

describe('LiveSockets', () => {
  let server: WebSocketServer;
  let sockets: LiveSockets;
  const clients: WebSocket[] = [];

  beforeEach(async () => {
    jest.useFakeTimers({
      doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'performance'],
    });
    sockets = new LiveSockets();
    sockets.onApplicationBootstrap();
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      sockets.add(socket);
    });
    await once(server, 'listening');
  });
  afterEach(() => {
    jest.useRealTimers();
    sockets.onModuleDestroy();
    for (const client of clients.splice(0)) client.terminate();
    server.close();
  });

  /** @param options.autoPong `false` for a client that has disappeared. */
  async function open(options: WebSocket.ClientOptions = {}) {
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
    clients.push(client);
    await once(client, 'open');
    await eventually(() => sockets.size === clients.length);
    return client;
  }
  const closeOf = async (client: WebSocket) => {
    const [code, reason] = (await once(client, 'close')) as [number, Buffer];
    return [code, reason.toString()];
  };
  /** Returns the server's side of the only client. */
  const own = () => {
    const [socket] = server.clients;
    if (!socket) throw new Error('There is no client.');
    return socket;
  };
  const look = () => {
    jest.advanceTimersByTime(10_000);
  };

  it('keeps a silent client that answers pings', async () => {
    const client = await open();
    for (let i = 0; i < 5; i += 1) {
      const pinged = once(client, 'ping');
      const answered = once(own(), 'pong');
      look();
      await pinged;
      await answered;
    }

    expect(client.readyState).toBe(WebSocket.OPEN);
    expect(sockets.size).toBe(1);
  });

  it('disconnects a client that answers no ping', async () => {
    const client = await open({ autoPong: false });
    const closed = closeOf(client);
    look();
    look();

    expect(await closed).toEqual([1006, '']);
    await eventually(() => sockets.size === 0);
  });

  it('disconnects a client that answers pings, but does not close its side', async () => {
    const client = await open();
    const socket = own();
    client.pause();
    socket.close(4401);
    for (let i = 0; i < 2; i += 1) {
      // As if the client had read the ping.
      socket.emit('pong');
      look();
    }
    await eventually(() => socket.readyState === WebSocket.CLOSED);

    expect(sockets.size).toBe(0);
  });

  it.each(['message', 'ping'] as const)(
    'closes the socket of a client that floods with a %s',
    async (kind) => {
      const client = await open();
      const closed = closeOf(client);
      for (let i = 0; i < 200; i += 1) {
        if (kind === 'ping') client.ping();
        else client.send('{"event":"list"}');
      }

      expect(await closed).toEqual([4429, 'ERR_TOO_MANY_MESSAGES']);
    },
  );

  it('permits the same number of messages again after a while', async () => {
    const client = await open();
    let handled = 0;
    own().on('message', () => (handled += 1));
    for (let round = 1; round <= 3; round += 1) {
      for (let i = 0; i < 20; i += 1) client.send('x');
      await eventually(() => handled === round * 20);
      const answered = once(own(), 'pong');
      look();
      await answered;
    }

    expect(client.readyState).toBe(WebSocket.OPEN);
  });

  it('disconnects a client that does not read its messages', async () => {
    const client = await open();
    client.pause();
    const socket = own();
    // The buffers of the operating system take some megabytes before those of the service fill.
    const message = { event: 'order-created', data: 'x'.repeat(10_000) };
    await eventually(() => {
      for (let i = 0; i < 100; i += 1) sockets.send(socket, message);
      return socket.readyState === WebSocket.CLOSED;
    });

    expect(sockets.size).toBe(0);
  });

  it('closes all sockets with 1001 at shutdown, and refuses later ones', async () => {
    const client = await open();
    const closed = closeOf(client);
    sockets.onModuleDestroy();
    expect(await closed).toEqual([1001, '']);

    const { port } = server.address() as AddressInfo;
    const late = new WebSocket(`ws://127.0.0.1:${port}`);
    expect(await closeOf(late)).toEqual([1001, '']);
    expect(sockets.size).toBe(0);
  });
});
