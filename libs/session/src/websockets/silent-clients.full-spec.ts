import type { Socket } from 'node:net';
import { patiently } from '../../../../tools/redis/patience.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { VanishingProxy } from '../../../../tools/testing/vanishing-proxy.js';
import { ownRedis } from '../store/test-support/own-redis.js';
import { IoTestClient } from './test-support/io-client.js';
import { LIVE_PATH } from './test-support/live.gateway.js';
import {
  LiveInstance,
  WEB_SOCKET_ADAPTERS,
  type WebSocketAdapterName,
} from './test-support/live-instance.js';
import { type LiveUser, LiveUsers } from './test-support/live-users.js';
import { RawWsClient } from './test-support/raw-ws-client.js';
import { WsTestClient } from './test-support/ws-client.js';

const CLIENTS = 20;

/** Message of a client to a handler, as each protocol has it: a WebSocket, and Socket.IO on a WebSocket. */
const MESSAGES: Readonly<Record<WebSocketAdapterName, (event: string, data: string) => string>> = {
  ws: (event, data) => JSON.stringify({ event, data }),
  'socket.io': (event, data) => `42${JSON.stringify([event, data])}`,
};

const HANDLERS = ['note', 'public-note'];

describe('connections of clients that do not answer', () => {
  const redis = ownRedis();
  let users: LiveUsers;
  let instance: LiveInstance;

  async function start(adapter: WebSocketAdapterName): Promise<void> {
    instance = await LiveInstance.start({ adapter, session: { redis: patiently(redis.url) } });
    users = new LiveUsers(redis.client);
  }

  afterEach(() => instance.close());

  const areGone = async () => instance.channels.size === 0 && (await instance.connections()) === 0;

  describe.each<
    [string, WebSocketAdapterName, (url: string, user: LiveUser) => Promise<{ close: () => void }>]
  >([
    ['WebSocket', 'ws', (url, { headers }) => WsTestClient.open(url, { headers })],
    [
      'Socket.IO on a WebSocket',
      'socket.io',
      (url, { headers }) =>
        IoTestClient.open(url, { transports: ['websocket'], extraHeaders: headers }),
    ],
  ])('by %s', (_name, adapter, open) => {
    it('are terminated when the network has vanished before the session ends', async () => {
      await start(adapter);
      const proxy = await VanishingProxy.to(instance.port);
      const sockets: Socket[] = [];
      instance.server.on('connection', (socket: Socket) => sockets.push(socket));
      const url = `http://127.0.0.1:${proxy.port}${LIVE_PATH}`;
      const signedIn = await Promise.all(
        Array.from({ length: CLIENTS }, () => users.signIn('orders')),
      );
      const clients = await Promise.all(signedIn.map((user) => open(url, user)));
      expect(instance.channels.size).toBe(CLIENTS);
      // A connection on which no request has arrived belongs to no session: Node.js ends it after a minute.
      await eventually(() => sockets.every(({ bytesRead }) => bytesRead > 0));
      proxy.vanish();

      await Promise.all(signedIn.map(({ id }) => users.manager.revokeAll(id)));

      await eventually(areGone);
      for (const client of clients) client.close();
      await proxy.close();
    });
  });

  describe.each(WEB_SOCKET_ADAPTERS)('of %s', (adapter) => {
    async function open({ headers }: LiveUser): Promise<RawWsClient> {
      if (adapter === 'ws') return RawWsClient.open(instance.url, headers);
      const client = await RawWsClient.open(`${instance.url}/?EIO=4&transport=websocket`, headers);
      // Joins the root namespace.
      client.send('40');
      await eventually(() => client.messages.some((message) => message.startsWith('40')));
      return client;
    }

    it.each(HANDLERS)('are terminated, and run no handler of "%s" after the end', async (event) => {
      await start(adapter);
      const user = await users.signIn('orders');
      const client = await open(user);
      client.send(MESSAGES[adapter](event, 'before'));
      await eventually(() => instance.gateway.received.length === 1);

      await users.manager.revoke(user.sessionId);
      await eventually(() => client.closeCode !== null);
      await eventually(() => {
        client.send(MESSAGES[adapter](event, 'after'));
        return client.isClosed;
      });

      await eventually(areGone);
      expect(instance.gateway.received).toEqual(['before']);
    });
  });
});
