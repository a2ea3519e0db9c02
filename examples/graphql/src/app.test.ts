import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { failStore, signInAs } from 'nest-sessions/testing';
import { WebSocket } from 'ws';
import { connectSubscriptions, isClosed } from './client/subscriptions.js';
import { Orders } from './orders/orders.js';
import { startApp } from './testing/running-app.js';

type Headers = Readonly<Record<string, string>>;

interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly path: unknown; readonly extensions: { code: string } }[];
}

let app: INestApplication;
let url: string;

before(async () => {
  ({ app, url } = await startApp());
});
after(() => app.close());

async function send(query: string, headers: Headers = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return response.json() as Promise<Answer>;
}

function codesOf({ errors = [] }: Answer): string[] {
  return errors.map(({ extensions }) => extensions.code);
}

/** Handshake of a client that is refused. */
async function refusal(headers: Headers): Promise<number | undefined> {
  const address = `${url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(address, 'graphql-transport-ws', { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  socket.terminate();
  return response.statusCode;
}

const PLACE = 'mutation { placeOrder(product: "tea") { product orderedBy } }';

describe('an operation', () => {
  it('needs a session', async () => {
    const { headers } = await signInAs(app);
    assert.deepEqual(codesOf(await send('{ orders { id } }')), ['ERR_SESSION_REQUIRED']);
    assert.deepEqual(codesOf(await send('{ orders { id } }', headers)), []);
  });

  it('needs its role', async () => {
    const ada = await signInAs(app, { user: { username: 'ada' } });
    assert.deepEqual(codesOf(await send(PLACE, ada.headers)), ['ERR_SESSION_ROLE_REQUIRED']);
    await ada.setRoles(['orders:write']);
    assert.deepEqual((await send(PLACE, ada.headers)).data, {
      placeOrder: { product: 'tea', orderedBy: 'ada' },
    });
  });

  it('leaves out only the fields whose role is missing', async () => {
    await app.get(Orders).place('milk', 'ada');
    const { headers } = await signInAs(app);
    const costs = await signInAs(app, { roles: ['costs'] });
    const denied = await send('{ orders { product cost } }', headers);
    const [order] = (denied.data?.orders as unknown[]).slice(-1);
    assert.deepEqual(order, { product: 'milk', cost: null });
    assert.deepEqual(new Set(codesOf(denied)), new Set(['ERR_SESSION_ROLE_REQUIRED']));
    const allowed = await send('{ orders { product cost } }', costs.headers);
    assert.deepEqual((allowed.data?.orders as unknown[]).slice(-1), [{ product: 'milk', cost: 6 }]);
    assert.deepEqual(codesOf(allowed), []);
  });
});

describe('a subscription', () => {
  /** Subscribes, and resolves when the first order has arrived. */
  async function subscribed(running: { app: INestApplication; url: string }, headers: Headers) {
    const orders = connectSubscriptions(`${running.url}/graphql`, headers).iterate({
      query: 'subscription { orderPlaced { product } }',
    });
    const ordering = setInterval(() => void running.app.get(Orders).place('tea', 'ada'), 50);
    const { value } = (await orders.next()) as { value: Answer };
    clearInterval(ordering);
    assert.deepEqual(value.data, { orderPlaced: { product: 'tea' } });
    return orders;
  }

  /** Reads all further orders, and returns the code with which the server closes the connection. */
  async function closeCode(orders: AsyncIterator<unknown>): Promise<number> {
    try {
      while ((await orders.next()).done !== true);
    } catch (error) {
      if (isClosed(error)) return error.code;
      throw error;
    }
    throw new Error('The subscription was completed.');
  }

  it('is refused before the upgrade without a session, and during an outage of the store', async () => {
    const { headers } = await signInAs(app);
    assert.equal(await refusal({}), 401);
    assert.equal(await refusal({ ...headers, origin: 'https://evil.example' }), 403);
    const restore = failStore(app);
    assert.equal(await refusal(headers), 503);
    restore();
  });

  it('ends with 4401 by the sign-out', async () => {
    const { headers } = await signInAs(app);
    const orders = await subscribed({ app, url }, headers);
    await fetch(`${url}/auth/logout`, { method: 'POST', headers });
    assert.equal(await closeCode(orders), 4401);
  });

  it(
    'ends with 4401 by the sign-out at another instance',
    { skip: process.env.REDIS_URL === undefined && 'needs REDIS_URL' },
    async () => {
      const other = await startApp();
      const { headers } = await signInAs(app);
      const orders = await subscribed(other, headers);
      await fetch(`${url}/auth/logout`, { method: 'POST', headers });
      assert.equal(await closeCode(orders), 4401);
      await other.app.close();
    },
  );
});
