import type { INestApplication } from '@nestjs/common';
import { type SignedInUser, SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { WebSocket } from 'ws';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { eventually } from '../../tools/testing/eventually.js';
import { connectOrders } from './graphql/order-client.js';
import { OrderFeed } from './graphql/order-feed.js';
import { OrdersModule } from './graphql/orders.module.js';

describe.each(httpAdapters)('the recipe for GraphQL on %s', (_, makeAdapter) => {
  const native = globalThis.WebSocket;
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    ({ app, url } = await listen(makeAdapter, {
      imports: [OrdersModule, SessionTestingModule.forRoot()],
    }));
  });

  afterEach(async () => {
    globalThis.WebSocket = native;
    await app.close();
  });

  async function send(query: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return response.json() as Promise<{
      data: unknown;
      errors?: { message: string; extensions: Record<string, unknown> }[];
    }>;
  }

  /** Connects like a browser, which sends the credentials of the user. */
  function connect(user: SignedInUser) {
    const ends: string[] = [];
    globalThis.WebSocket = class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: user.headers });
      }
    } as unknown as typeof globalThis.WebSocket;
    const client = connectOrders(`${url.replace('http', 'ws')}/graphql`, {
      onSignedOut: () => ends.push('signed out'),
      onForbidden: () => ends.push('forbidden'),
    });
    const orders: unknown[] = [];
    const stop = client.subscribe(
      { query: 'subscription { orderPlaced { id } }' },
      { next: ({ data }) => orders.push(data), error: () => undefined, complete: () => undefined },
    );
    return { ends, orders, stop };
  }

  it('closes operations without a session, and answers with the stable code', async () => {
    const { data, errors } = await send('{ orders { id } }');

    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message: 'Sign in: this request needs a valid session.',
        extensions: { code: 'ERR_SESSION_REQUIRED', status: 401 },
      },
    ]);
    expect(await send('{ status }')).toEqual({ data: { status: 'up' } });
  });

  it('requires the roles of the class and of each field', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const admin = await signInAs(app, { roles: ['orders', 'admin'] });

    expect((await send('{ orders { id } }', carol.headers)).data).toEqual({
      orders: [{ id: 'o-1' }],
    });
    expect((await send('{ orders { cost } }', carol.headers)).errors).toMatchObject([
      { extensions: { code: 'ERR_SESSION_ROLE_REQUIRED', status: 403 } },
    ]);
    expect((await send('{ orders { cost } }', admin.headers)).data).toEqual({
      orders: [{ cost: 3 }],
    });
  });

  it('sends the events of a subscription until the sign-out', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const { ends, orders } = connect(carol);
    await eventually(async () => {
      await send('mutation { placeOrder { id } }', carol.headers);
      return orders.length > 0;
    });
    expect(orders[0]).toEqual({ orderPlaced: { id: 'o-2' } });

    await carol.revoke();

    await eventually(() => ends.length > 0);
    expect(ends).toEqual(['signed out']);
  });

  it('ends the connection with the role of a running subscription', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const { ends, orders } = connect(carol);
    await eventually(async () => {
      await app.get(OrderFeed).place(carol.session.user.id, { id: 'o-3' });
      return orders.length > 0;
    });

    await carol.setRoles([]);

    await eventually(() => ends.length > 0);
    expect(ends).toEqual(['forbidden']);
  });
});
