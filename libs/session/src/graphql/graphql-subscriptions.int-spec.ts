import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { eventually } from '../../../../tools/testing/eventually.js';
import { drivers } from './test-support/drivers.js';
import { GraphqlShop } from './test-support/graphql-shop.js';
import { GraphqlSocket, upgrade } from './test-support/graphql-socket.js';
import { SessionGraphqlModule } from './session-graphql.module.js';

const FOREIGN = { origin: 'https://evil.example' };

describe.each(drivers)('a connection for subscriptions on %s', (_name, driver) => {
  let shop: GraphqlShop;
  let sockets: GraphqlSocket[] = [];

  beforeAll(async () => {
    shop = await GraphqlShop.start(driver);
  });

  afterAll(() => shop.app.close());

  beforeEach(() => {
    shop.log.events.length = 0;
    shop.store.isAway = false;
  });

  afterEach(async () => {
    await Promise.all(sockets.map((socket) => socket.dispose()));
    sockets = [];
    await eventually(() => shop.channels.size === 0);
    await eventually(() => shop.events.running === 0);
  });

  function connect(headers: Record<string, string> = {}, payload?: Record<string, unknown>) {
    const socket = new GraphqlSocket(shop.url, headers, payload);
    sockets.push(socket);
    return socket;
  }

  describe('before it is opened', () => {
    it('is refused without a session, with 401, and recorded', async () => {
      expect(await upgrade(shop.url)).toMatchObject({
        status: 401,
        headers: { 'cache-control': 'no-store', 'www-authenticate': 'Bearer' },
        body: { code: 'ERR_SESSION_REQUIRED' },
      });
      expect(shop.denials).toMatchObject([
        { event: 'session.denied', door: 'graphql', route: 'GraphQL.connection' },
      ]);
    });

    it('is refused with an unknown token, and with a token in the URL', async () => {
      const { token } = await shop.signIn();

      expect(await upgrade(shop.url, { authorization: `Bearer ${'a'.repeat(43)}` })).toMatchObject({
        status: 401,
      });
      expect(await upgrade(`${shop.url}?token=${token}&access_token=${token}`)).toMatchObject({
        status: 401,
      });
    });

    it('is refused with 403 when a page of another origin opens it with the cookie', async () => {
      const { bearer, cookie } = await shop.signIn();

      expect(await upgrade(shop.url, { ...cookie, ...FOREIGN })).toMatchObject({
        status: 403,
        body: { code: 'ERR_SESSION_CROSS_ORIGIN' },
      });
      expect(await upgrade(shop.url, { ...bearer, ...FOREIGN })).toMatchObject({ status: 101 });
      const own = new URL(shop.url).origin;
      expect(await upgrade(shop.url, { ...cookie, origin: own })).toMatchObject({ status: 101 });
    });

    it('is refused with 503 while the store is away, and opened later', async () => {
      const { bearer } = await shop.signIn();
      shop.store.isAway = true;
      expect(await upgrade(shop.url, bearer)).toMatchObject({
        status: 503,
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) as string },
      });
      shop.store.isAway = false;
      expect(await upgrade(shop.url, bearer)).toMatchObject({ status: 101 });
    });

    it('is refused with 400 when it carries two tokens', async () => {
      const first = await shop.signIn();
      const second = await shop.signIn();
      expect(await upgrade(shop.url, { ...first.bearer, ...second.cookie })).toMatchObject({
        status: 400,
      });
    });

    it('is no channel before its session is known', async () => {
      const { bearer } = await shop.signIn();
      await upgrade(shop.url);
      expect(shop.channels.size).toBe(0);

      const socket = await connect(bearer).acknowledged();
      expect(shop.channels.size).toBe(1);
      await socket.dispose();
      await eventually(() => shop.channels.size === 0);
    });
  });

  describe('with a session', () => {
    it('sends the events of a subscription', async () => {
      const { bearer } = await shop.signIn();
      const operation = connect(bearer).run('subscription { ticks }');

      await eventually(() => operation.events.length >= 3);
      expect(operation.events.slice(0, 3).map(({ data }) => data)).toEqual([
        { ticks: 0 },
        { ticks: 1 },
        { ticks: 2 },
      ]);
    });

    it('runs queries and mutations as the user', async () => {
      const { cookie } = await shop.signIn();
      const socket = connect(cookie);
      const operations = [socket.run('{ me }'), socket.run('mutation { buy }')];

      await eventually(() => operations.every(({ isComplete }) => isComplete));
      expect(operations.map(({ events }) => events[0]?.data)).toEqual([
        { me: 'ada,ada,ada' },
        { buy: true },
      ]);
    });

    it('keeps the credentials of its upgrade, whatever the client sends later', async () => {
      const { bearer } = await shop.signIn(['other']);
      const admin = await shop.signIn(['orders']);
      const socket = connect(bearer, { headers: admin.cookie, ...admin.cookie });
      const operations = [socket.run('subscription { ticks }'), socket.run('{ orders { id } }')];

      await eventually(() => operations.every(({ codes }) => codes.length > 0));
      expect(operations.flatMap(({ codes }) => codes)).toEqual([
        'ERR_SESSION_ROLE_REQUIRED',
        'ERR_SESSION_ROLE_REQUIRED',
      ]);
    });

    it('denies the subscriptions whose roles are missing, and stays open', async () => {
      const { bearer } = await shop.signIn(['other']);
      const socket = connect(bearer);
      const denied = socket.run('subscription { ticks }');
      await eventually(() => denied.codes.length > 0);

      expect(denied.codes).toEqual(['ERR_SESSION_ROLE_REQUIRED']);
      const query = socket.run('{ me }');
      await eventually(() => query.isComplete);
      expect(socket.close).toBeNull();
    });

    it('looks the session up again for each operation', async () => {
      const { bearer } = await shop.signIn();
      const socket = await connect(bearer).acknowledged();
      shop.store.isAway = true;

      const operation = socket.run('{ me }');
      await eventually(() => operation.codes.length > 0);

      expect(operation.codes).toEqual(['ERR_SESSION_STORE_UNAVAILABLE']);
    });

    it('guards the fields of each event', async () => {
      const { bearer, session } = await shop.signIn(['orders', 'admin']);
      const socket = connect(bearer);
      const operation = socket.run('subscription { placed { id cost } }');
      await eventually(() => operation.events.length > 1);
      expect(operation.codes).toEqual([]);

      await shop.manager.setRoles(session.user.id, ['orders']);

      await eventually(() => operation.codes.includes('ERR_SESSION_ROLE_REQUIRED'));
      expect(socket.close).toBeNull();
    });

    it('releases what it holds when subscriptions end by themselves', async () => {
      const { bearer, session } = await shop.signIn(['orders', 'other']);
      const socket = connect(bearer);
      const operation = socket.run('subscription { three }');
      await eventually(() => operation.isComplete);
      expect(operation.events).toHaveLength(3);

      await shop.manager.setRoles(session.user.id, ['other']);
      const query = socket.run('{ me }');
      await eventually(() => query.isComplete);
      expect([socket.close, shop.channels.size]).toEqual([null, 1]);
    });

    it('releases what it holds when the client ends a subscription', async () => {
      const { bearer, session } = await shop.signIn(['orders', 'other']);
      const socket = connect(bearer);
      for (const query of ['subscription { ticks }', 'subscription { even }']) {
        const operation = socket.run(query);
        await eventually(() => operation.events.length > 0);
        operation.stop();
        await eventually(() => shop.events.running === 0);
      }

      await shop.manager.setRoles(session.user.id, ['other']);
      const query = socket.run('{ me }');
      await eventually(() => query.isComplete);
      expect(socket.close).toBeNull();
    });
  });

  describe('is closed', () => {
    it('with 4401 when its session is revoked', async () => {
      const { bearer, session } = await shop.signIn();
      const socket = connect(bearer);
      const operation = socket.run('subscription { ticks }');
      await eventually(() => operation.events.length > 0);

      await shop.manager.revoke(session.id);

      expect(await socket.closed()).toEqual({ code: 4401, reason: 'ERR_SESSION_REQUIRED' });
    });

    it('with 4401 without any subscription', async () => {
      const { bearer, session } = await shop.signIn();
      const socket = await connect(bearer).acknowledged();

      await shop.manager.revoke(session.id);

      expect((await socket.closed()).code).toBe(4401);
    });

    it('with 4401 when its token is rotated without grace', async () => {
      const { bearer, session } = await shop.signIn();
      const socket = connect(bearer);
      const operation = socket.run('subscription { even }');
      await eventually(() => operation.events.length > 0);

      await shop.manager.rotate(session.id);

      expect((await socket.closed()).code).toBe(4401);
    });

    it('with 4403 when its session loses the role of a running subscription', async () => {
      const { bearer, session } = await shop.signIn(['orders', 'other']);
      const socket = connect(bearer);
      const operation = socket.run('subscription { ticks }');
      await eventually(() => operation.events.length > 0);

      await shop.manager.setRoles(session.user.id, ['other']);

      expect(await socket.closed()).toEqual({ code: 4403, reason: 'ERR_SESSION_ROLE_REQUIRED' });
    });

    it('with all other connections of the session', async () => {
      const { bearer, session } = await shop.signIn();
      const all = await Promise.all([1, 2, 3].map(() => connect(bearer).acknowledged()));

      await shop.manager.revoke(session.id);

      for (const socket of all) expect((await socket.closed()).code).toBe(4401);
    });

    it('when a logout races with its opening', async () => {
      for (let round = 0; round < 50; round += 1) {
        const { bearer, session } = await shop.signIn();
        const socket = connect(bearer);
        const operation = socket.run('subscription { ticks }');
        const steps = Math.floor(Math.random() * 20);
        for (let step = 0; step < steps; step += 1) await new Promise(setImmediate);
        await shop.manager.revoke(session.id);
        await eventually(() => socket.close !== null || operation.error !== null);
      }
      await eventually(() => shop.channels.size === 0 && shop.events.running === 0);
    });
  });

  it('leaves nothing behind after 300 refusals', async () => {
    const server = shop.app.getHttpServer() as Server;
    const listeners = server.listenerCount('upgrade');
    for (let batch = 0; batch < 6; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => upgrade(shop.url)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    }

    const connections = promisify(server.getConnections.bind(server));
    await eventually(async () => (await connections()) === 0);
    expect([shop.channels.size, server.listenerCount('upgrade')]).toEqual([0, listeners]);
  });

  describe('with anonymousConnections', () => {
    let open: GraphqlShop;

    beforeAll(async () => {
      open = await GraphqlShop.start(driver, {
        session: { store: shop.store },
        imports: [SessionGraphqlModule.forRoot({ anonymousConnections: true })],
      });
    });

    afterAll(() => open.app.close());

    it('is open to strangers, for public subscriptions only', async () => {
      const socket = new GraphqlSocket(open.url);
      sockets.push(socket);
      const [news, ticks] = [
        socket.run('subscription { news }'),
        socket.run('subscription { ticks }'),
      ];

      await eventually(() => news.events.length > 0 && ticks.codes.length > 0);
      expect(ticks.codes).toEqual(['ERR_SESSION_REQUIRED']);
      expect(open.channels.size).toBe(0);
    });

    it('is refused when a page of another origin opens it with the cookie', async () => {
      const { cookie } = await shop.signIn();
      expect(await upgrade(open.url, { ...cookie, ...FOREIGN })).toMatchObject({ status: 403 });
    });

    it('is closed when the session that it came with ends', async () => {
      const { bearer, session } = await shop.signIn();
      const socket = await new GraphqlSocket(open.url, bearer).acknowledged();
      sockets.push(socket);

      await open.manager.revoke(session.id);

      expect((await socket.closed()).code).toBe(4401);
    });
  });
});
