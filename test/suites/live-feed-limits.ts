import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import { eventually } from '../../tools/testing/eventually';
import { head } from '../support/exchange';
import { call, json } from '../support/http';
import { type LiveFeed, SocketFeed, StreamFeed } from '../support/live-feed';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System } from '../support/system';

/** Number of connections of a flood. */
const FLOOD = 300;

export function liveFeedLimits(adapter: Adapter): void {
  describe(`the limits of live feeds, on ${adapter}`, () => {
    let system: System;
    let cookie: string;
    let url: string;
    const feeds: LiveFeed[] = [];

    beforeAll(async () => {
      system = await sharedSystem(adapter);
      url = system.orders.url;
    });
    beforeEach(async () => {
      cookie = await system.signInLike('carol');
    });
    afterEach(() => {
      for (const feed of feeds.splice(0)) feed.close();
    });

    const stream = async () => {
      const feed = await StreamFeed.open({ url, cookie });
      feeds.push(feed);
      return feed;
    };
    const socket = async () => {
      const feed = await SocketFeed.open({ url, cookie });
      feeds.push(feed);
      return feed;
    };

    it('admit ten streams and WebSockets of a session together', async () => {
      for (let i = 0; i < 5; i += 1) {
        await stream();
        await socket();
      }

      await expect(stream()).rejects.toThrow('refused: 429');
      const refused = await socket();
      await eventually(() => refused.ended === '4429');

      feeds[0]?.close();
      await eventually(() =>
        stream().then(
          () => true,
          () => false,
        ),
      );
    });

    it('answer the message `list` with the orders', async () => {
      const order = json(
        await call(`${url}/orders`, { cookie, body: { productId: 'tea', quantity: 1 } }),
      );
      const feed = await socket();
      feed.socket.send('{"event":"list"}');

      await eventually(() => feed.events.length > 0);
      expect(feed.events).toEqual([{ event: 'orders', data: [order] }]);
    });

    it('ignore unknown and malformed messages', async () => {
      const feed = await socket();
      for (const message of ['{', '[]', '{"event":"nothing"}', 'null', '"list"']) {
        feed.socket.send(message);
      }
      feed.socket.send('{"event":"list","data":null}');

      await eventually(() => feed.events.length > 0);
      expect(feed.events).toEqual([{ event: 'orders', data: [] }]);
      expect(feed.ended).toBeNull();
    });

    it('close the WebSocket of a client that sends too much', async () => {
      const [talker, shouter] = [await socket(), await socket()];
      shouter.socket.send('x'.repeat(2_000));
      for (let i = 0; i < 100; i += 1) talker.socket.send('{"event":"list"}');

      await eventually(() => talker.ended !== null && shouter.ended !== null);
      expect([talker.ended, shouter.ended]).toEqual(['4429', '1009']);
      expect(talker.events.length).toBeLessThanOrEqual(20);
      // A client can repeat its faults, and must not fill the log.
      expect(system.output.filter((line) => /max payload/i.test(line))).toEqual([]);
    });

    it('refuse the WebSocket of a page of another origin', async () => {
      const headers = { cookie: `__Host-sid=${cookie}`, origin: 'https://evil.example' };
      const foreign = new WebSocket(`${url.replace('http', 'ws')}/orders/live`, { headers });
      const [error] = (await once(foreign, 'error')) as [Error];

      expect(error.message).toBe('Unexpected server response: 403');
    });

    it('answer a request for /orders/live without an upgrade with 426', async () => {
      const answer = await call(`${url}/orders/live`, { cookie });

      expect([answer.status, json(answer).code, answer.headers.upgrade]).toEqual([
        426,
        'ERR_UPGRADE_REQUIRED',
        'websocket',
      ]);
      expect((await call(`${url}/orders/live`)).status).toBe(401);
    });

    it('serve a request for another upgrade like a request without one', async () => {
      for (const [path, upgrade, expected] of [
        ['/orders', 'h2c', 200],
        ['/orders', 'websocket', 200],
        ['/orders/live', 'h2c', 426],
        ['/nowhere', 'websocket', 404],
      ] as const) {
        const headers = { connection: 'Upgrade', upgrade };
        const { status } = await call(url + path, { cookie, headers });
        expect([path, upgrade, status]).toEqual([path, upgrade, expected]);
      }
      const anonymous = { headers: { connection: 'Upgrade', upgrade: 'websocket' } };
      expect((await call(`${url}/orders`, anonymous)).status).toBe(401);
    });

    it('hold no connection of clients that ask for a WebSocket without a session', async () => {
      const clients: Socket[] = [];
      const answers: string[] = [];
      for (let i = 0; i < FLOOD; i += 1) {
        // Keeps its own side open: the service must not wait for it.
        const client = connect({ port: Number(new URL(url).port), allowHalfOpen: true });
        client.on('error', () => undefined);
        client.on('data', (chunk: Buffer) => answers.push(chunk.toString().split('\r\n')[0] ?? ''));
        client.write(
          head(
            'GET /orders/live HTTP/1.1',
            'Host: localhost',
            'Upgrade: websocket',
            'Connection: Upgrade',
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
            'Sec-WebSocket-Version: 13',
          ),
        );
        clients.push(client);
      }

      await eventually(() => answers.length >= FLOOD);
      expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 401 Unauthorized']));
      // A service that has closed both sides answers further bytes with a reset.
      await eventually(() => {
        for (const client of clients) if (!client.destroyed) client.write('x');
        return clients.every(({ destroyed }) => destroyed);
      });
      expect((await call(`${url}/orders`, { cookie })).status).toBe(200);
    });
  });
}
