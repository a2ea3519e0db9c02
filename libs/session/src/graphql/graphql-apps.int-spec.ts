import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionChannelsModule } from '../channels/session-channels.module.js';
import { SessionGraphqlModule } from './session-graphql.module.js';
import { drivers } from './test-support/drivers.js';
import { GraphqlShop } from './test-support/graphql-shop.js';
import { GraphqlSocket, upgrade } from './test-support/graphql-socket.js';
import { PlainFieldsResolver } from './test-support/plain-fields.resolver.js';
import { ShopResolver } from './test-support/shop.resolver.js';

const SHARED = { shop: 'corner' };
const WITH_REQUEST = { req: { headers: {} } };

describe.each(drivers)('an application with GraphQL on %s', (name, driver) => {
  let shop: GraphqlShop;
  const sockets: GraphqlSocket[] = [];

  afterEach(async () => {
    await Promise.all(sockets.splice(0).map((socket) => socket.dispose()));
    await shop.app.close();
  });

  function connect(headers: Record<string, string>): GraphqlSocket {
    const socket = new GraphqlSocket(shop.url, headers);
    sockets.push(socket);
    return socket;
  }

  /** Options with a context, for operations over HTTP and on connections. */
  const withContext = (context: unknown) => ({
    context,
    ...(name === 'Mercurius' && { subscription: { fullWsTransport: true, context } }),
  });

  it.each([
    ['a function', () => ({ shop: 'corner' })],
    ['a function that returns nothing', () => undefined],
  ])('finds the request behind a context of its own: %s', async (_kind, context) => {
    shop = await GraphqlShop.start(driver, { graphql: withContext(context) });
    const { bearer } = await shop.signIn();

    expect((await shop.send('{ me }', bearer)).data).toEqual({ me: 'ada,ada,ada' });
    const operation = connect(bearer).run('subscription { ticks }');
    await eventually(() => operation.events.length > 0);
    expect(operation.codes).toEqual([]);
  });

  it.each([
    ['an object', { shop: 'corner' }],
    ['a function that returns the same object', () => SHARED],
    ['a function that returns the same request', () => WITH_REQUEST],
  ])('keeps users apart whose operations share a context: %s', async (_kind, context) => {
    shop = await GraphqlShop.start(driver, { graphql: { context } });
    const users = ['ada', 'bob', 'carol', 'dan'];
    const signedIn = await Promise.all(
      users.map(async (name) => ({ name, ...(await shop.signIn(['orders'], name)) })),
    );
    shop.store.isSlow = true;
    const rounds = Array.from({ length: 10 }, () => signedIn).flat();

    const answers = await Promise.all(
      rounds.map(({ bearer }) => shop.send('mutation { a: sign b: sign }', bearer)),
    );
    const stranger = await shop.send('{ me }');

    expect(answers.map(({ data }) => data)).toEqual(
      rounds.map(({ name: me }) => ({ a: me, b: me })),
    );
    expect(stranger.data).toBeNull();
  });

  it('finds the request that requestOf returns', async () => {
    const context = (request: { req?: object }) => {
      const own = { req: {}, hidden: request.req ?? request };
      // Mercurius adds to the context.
      return name === 'Mercurius' ? own : Object.freeze(own);
    };
    const seen: unknown[] = [];
    shop = await GraphqlShop.start(driver, {
      graphql: { context },
      imports: [
        SessionGraphqlModule.forRoot({
          requestOf: (given) => {
            seen.push(given);
            return (given as { hidden: { headers: object } }).hidden;
          },
        }),
      ],
    });
    const { bearer } = await shop.signIn();

    expect((await shop.send('{ me }', bearer)).data).toEqual({ me: 'ada,ada,ada' });
    expect(seen).not.toHaveLength(0);
  });

  it('knows the session in fields without guards', async () => {
    shop = await GraphqlShop.start(driver, {
      graphql: { fieldResolverEnhancers: [] },
      providers: [ShopResolver, PlainFieldsResolver],
    });
    const { bearer } = await shop.signIn();

    const { data, errors } = await shop.send('{ orders { owner seller } }', bearer);
    expect(errors).toEqual([]);
    expect(data).toEqual({ orders: [{ owner: 'ada', seller: 'ada' }] });

    const operation = connect(bearer).run('{ orders { owner } }');
    await eventually(() => operation.isComplete);
    expect(operation.events[0]?.data).toEqual({ orders: [{ owner: 'ada' }] });
  });

  it('closes every resolver that is not public without SessionGraphqlModule', async () => {
    shop = await GraphqlShop.start(driver, { imports: [] });
    const { bearer } = await shop.signIn();

    const { data, errors } = await shop.send('{ me }', bearer);
    expect([data, errors.length]).toEqual([null, 1]);
    expect((await shop.send('{ status }')).data).toEqual({ status: 'up' });
  });

  it('serves clients that ask for HTTP/2 with each request', async () => {
    shop = await GraphqlShop.start(driver, {
      graphql: { subscription: undefined, subscriptions: undefined },
    });
    const { bearer } = await shop.signIn();
    const request = httpRequest(shop.url, {
      method: 'POST',
      headers: {
        ...bearer,
        'content-type': 'application/json',
        connection: 'upgrade',
        upgrade: 'h2c',
      },
    });
    request.end(JSON.stringify({ query: '{ me }' }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];

    expect(JSON.parse(await text(response))).toEqual({ data: { me: 'ada,ada,ada' } });
  });

  it.each([
    ['messages', 2],
    ['opening', 1],
  ] as const)(
    'counts operations on a connection as use with renewedBy %s',
    async (use, touches) => {
      shop = await GraphqlShop.start(driver, {
        imports: [SessionGraphqlModule, SessionChannelsModule.forRoot({ renewedBy: use })],
      });
      const { bearer } = await shop.signIn();
      const socket = await connect(bearer).acknowledged();
      expect(shop.store.touches).toBe(1);

      const operation = socket.run('{ me again: me orders { owner } }');
      await eventually(() => operation.isComplete);
      expect(shop.store.touches).toBe(touches);

      await shop.send('{ me }', bearer);
      expect(shop.store.touches).toBe(touches + 1);
    },
  );

  it('ends a connection whose session lost the role while the subscription began', async () => {
    shop = await GraphqlShop.start(driver, {
      // Later than the limit of this test: only the read at the begin can close it.
      imports: [SessionGraphqlModule, SessionChannelsModule.forRoot({ closeWithin: '10m' })],
    });
    const { bearer } = await shop.signIn(['orders', 'other']);
    const socket = connect(bearer);
    socket.run('subscription { demoting }');

    expect(await socket.closed()).toEqual({ code: 4403, reason: 'ERR_SESSION_ROLE_REQUIRED' });
  });

  it('does not count the events of a subscription as use', async () => {
    shop = await GraphqlShop.start(driver);
    const { bearer } = await shop.signIn();
    const operation = connect(bearer).run('subscription { placed { owner } }');
    await eventually(() => operation.events.length > 5);

    expect(shop.store.touches).toBe(2);
  });
});

describe('an application with Mercurius', () => {
  const [[, driver]] = drivers.slice(-1) as [(typeof drivers)[0]];

  it('authorizes at connection_init the connections of another WebSocket server', async () => {
    const ofMercurius = createRequire(require.resolve('mercurius'));
    const fastifyWebsocket = ofMercurius('@fastify/websocket') as never;
    const makeAdapter = () => {
      const adapter = driver.makeAdapter() as FastifyAdapter;
      void adapter.getInstance().register(fastifyWebsocket);
      return adapter;
    };
    const shop = await GraphqlShop.start({ ...driver, makeAdapter });
    const { bearer } = await shop.signIn();

    // The upgrade itself passes.
    expect((await upgrade(shop.url)).status).toBe(101);
    const stranger = new GraphqlSocket(shop.url);
    const denied = stranger.run('subscription { news }');
    expect(await stranger.closed()).toEqual({ code: 4401, reason: 'ERR_SESSION_REQUIRED' });
    expect(denied.events).toEqual([]);

    const socket = new GraphqlSocket(shop.url, bearer);
    const operation = socket.run('subscription { ticks }');
    await eventually(() => operation.events.length > 0);
    await socket.dispose();
    await shop.app.close();
  });

  it('guards compiled and batched queries', async () => {
    const shop = await GraphqlShop.start(driver, {
      graphql: { jit: 1, allowBatchedQueries: true },
    });
    const { bearer } = await shop.signIn(['orders']);

    for (let round = 0; round < 5; round += 1) {
      const { data, errors } = await shop.send('{ orders { id owner cost } }', bearer);
      expect(data).toBeNull();
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([
        'ERR_SESSION_ROLE_REQUIRED',
      ]);
    }
    for (let round = 0; round < 5; round += 1) {
      expect((await shop.send('{ me }', bearer)).data).toEqual({ me: 'ada,ada,ada' });
      expect((await shop.send('{ me }')).data).toBeNull();
    }
    const reads = shop.store.reads;
    await shop.send('{ a: me b: me c: me }', bearer);
    await shop.send('{ a: me b: me c: me }', bearer);
    expect(shop.store.reads).toBe(reads + 2);

    const batch = await fetch(shop.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer },
      body: JSON.stringify([{ query: '{ me }' }, { query: '{ status }' }, { query: '{ recent }' }]),
    });
    expect(await batch.json()).toEqual([
      { data: { me: 'ada,ada,ada' } },
      { data: { status: 'up' } },
      { data: { recent: true } },
    ]);
    await shop.app.close();
  });
});
