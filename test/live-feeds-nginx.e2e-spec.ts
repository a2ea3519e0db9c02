import { randomBytes } from 'node:crypto';
import { eventually } from '../tools/testing/eventually';
import { FEEDS, type LiveFeed, REASONS } from './support/live-feed';
import { GATEWAY_FILE, Nginx, NGINX_FILE } from './support/nginx';
import { type Adapter, System, type TestUser } from './support/system';

const CASES: readonly (readonly [name: string, file: string, adapter: Adapter])[] = [
  ['nginx', NGINX_FILE, 'express'],
  ['the gateway', GATEWAY_FILE, 'fastify'],
];

describe.each(CASES)('live feeds behind %s', (_name, file, adapter) => {
  let system: System;
  let nginx: Nginx;
  let user: TestUser;
  const feeds: LiveFeed[] = [];

  beforeAll(async () => {
    system = await System.start(adapter, {
      TRUST_PROXY: '1',
      SESSION_CHANNELS_CLOSE_WITHIN: '1h',
      SESSION_CALL_SECRET: randomBytes(32).toString('hex'),
    });
    const { auth, orders, products } = system;
    nginx = await Nginx.start(
      { auth: auth.url, orders: orders.url, products: products.url },
      { file },
    );
    user = await system.createUserLike('carol');
    // The gateway refuses all until auth has read what the routes require.
    const cookie = await system.signIn(user);
    await eventually(async () => (await nginx.call('/orders', { cookie })).status === 200);
  });
  afterAll(async () => {
    await nginx.stop();
    await system.stop();
  });
  afterEach(() => {
    for (const feed of feeds.splice(0)) feed.close();
  });

  const open = async (kind: keyof typeof FEEDS, cookie?: string) => {
    const { origin: url, certificate: ca } = nginx;
    const feed = await FEEDS[kind].open({ url, cookie, ca });
    feeds.push(feed);
    return feed;
  };

  describe.each(['stream', 'socket'] as const)('the %s', (kind) => {
    it('reports an order at once, and ends with a sign-out', async () => {
      const cookie = await system.signIn(user);
      const feed = await open(kind, cookie);

      const body = { productId: 'tea', quantity: 1 };
      expect((await nginx.call('/orders', { cookie, body })).status).toBe(201);
      await eventually(() => feed.events.length === 1);
      expect((await nginx.call('/auth/logout', { cookie, method: 'POST' })).status).toBe(204);

      await eventually(() => feed.ended !== null);
      expect(feed.ended).toBe(REASONS[kind].signedOut);
    });

    it('is refused without a session', async () => {
      await expect(open(kind)).rejects.toThrow('refused: 401');
    });
  });

  it('stay open while no order changes', async () => {
    const cookie = await system.signIn(user);
    const opened = [await open('stream', cookie), await open('socket', cookie)];

    // More than the time after which nginx closes a silent connection.
    await eventually(() => opened.every(({ heartbeats }) => heartbeats >= 2), 40_000);

    expect(opened.map(({ ended }) => ended)).toEqual([null, null]);
  });

  it('receive no other upgrade, and none on another path', async () => {
    const cookie = await system.signIn(user);
    for (const [path, upgrade] of [
      ['/orders/live', 'h2c'],
      ['/orders', 'websocket'],
    ] as const) {
      const answer = await nginx.call(path, {
        cookie,
        headers: { connection: 'Upgrade', upgrade },
      });
      expect([path, answer.status]).toEqual([path, path === '/orders' ? 200 : 426]);
    }
  });
});
