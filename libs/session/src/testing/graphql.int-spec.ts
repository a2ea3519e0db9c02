import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { Query, Resolver, Subscription } from '@nestjs/graphql';
import { eventually } from '../../../../tools/testing/eventually.js';
import { listen } from '../../test-support/http-adapters.js';
import { SessionChannelsModule } from '../channels/session-channels.module.js';
import { SessionGraphqlModule } from '../graphql/session-graphql.module.js';
import { drivers } from '../graphql/test-support/drivers.js';
import { GraphqlSocket, upgrade } from '../graphql/test-support/graphql-socket.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import { failStore } from './fail-store.js';
import { SessionTestingModule } from './session-testing.module.js';
import type { SignedInUser } from './signed-in-user.js';
import { signInAs } from './sign-in-as.js';

@Resolver()
class OrdersResolver {
  @Query(() => String)
  @Roles('orders')
  order(): string {
    return 'tea';
  }

  @Subscription(() => Number)
  @Roles('orders')
  orders() {
    return counting('orders');
  }

  @Subscription(() => Number)
  @RequireRecentSignIn('5m')
  payments() {
    return counting('payments');
  }
}

/** Counts up until the subscription ends. */
async function* counting(name: string): AsyncGenerator<Record<string, number>> {
  for (let value = 0; ; value += 1) {
    yield { [name]: value };
    await delay(10);
  }
}

describe.each(drivers)('a client of graphql-ws, with %s', (_, driver) => {
  const sockets: GraphqlSocket[] = [];
  let app: INestApplication;
  let url: string;
  let carol: SignedInUser;

  beforeAll(async () => {
    ({ app, url } = await listen(driver.makeAdapter, {
      imports: [
        // Out of reach of a test: the testing module replaces it.
        SessionModule.forRoot({ redis: 'redis://redis.invalid', strict: true }),
        SessionGraphqlModule,
        // A channel ends by a signal, or not within the time of a test.
        SessionChannelsModule.forRoot({ closeWithin: '1h' }),
        driver.module(),
        SessionTestingModule.forRoot(),
      ],
      providers: [OrdersResolver],
    }));
    url += '/graphql';
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    carol = await signInAs(app, { roles: ['orders'] });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) await socket.dispose();
  });

  /** Subscribes, and waits for the first event. */
  async function subscribed(name: string, headers = carol.headers): Promise<GraphqlSocket> {
    const socket = await new GraphqlSocket(url, headers).acknowledged();
    sockets.push(socket);
    const operation = socket.run(`subscription { ${name} }`);
    await eventually(() => operation.events.length > 0);
    expect(operation.events[0]).toEqual({ data: { [name]: expect.any(Number) as number } });
    return socket;
  }

  it('subscribes with the cookie or the bearer token of a signed-in user only', async () => {
    await subscribed('orders', carol.headers);
    await subscribed('orders', carol.bearer);

    expect((await upgrade(url)).status).toBe(401);
    const visitor = await signInAs(app);
    const socket = await new GraphqlSocket(url, visitor.headers).acknowledged();
    sockets.push(socket);
    const operation = socket.run('subscription { orders }');
    await eventually(() => operation.codes.length > 0);
    expect(operation.codes).toEqual(['ERR_SESSION_ROLE_REQUIRED']);
  });

  it.each([
    ['revoke()', 'orders', () => carol.revoke(), 4401],
    ['expire()', 'orders', () => carol.expire(), 4401],
    ["expire('absolute')", 'orders', () => carol.expire('absolute'), 4401],
    ['setRoles()', 'orders', () => carol.setRoles([]), 4403],
    ['ageSignIn()', 'payments', () => carol.ageSignIn('10m'), 4403],
  ])('is closed by %s', async (_name, subscription, end, code) => {
    const socket = await subscribed(subscription);

    await end();

    expect((await socket.closed()).code).toBe(code);
  });

  it('is answered 503 while failStore() is in force, and connects afterwards', async () => {
    const restore = failStore(app);

    expect((await upgrade(url, carol.headers)).status).toBe(503);
    restore();
    await subscribed('orders');
  });

  it('sends queries over HTTP with the same headers', async () => {
    const send = async (headers: Readonly<Record<string, string>>) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ order }' }),
      });
      return response.json();
    };

    expect(await send(carol.headers)).toEqual({ data: { order: 'tea' } });
    await carol.setRoles([]);
    expect(await send(carol.headers)).toMatchObject({
      errors: [{ extensions: { code: 'ERR_SESSION_ROLE_REQUIRED' } }],
    });
  });
});
