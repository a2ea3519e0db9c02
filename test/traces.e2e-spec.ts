import { randomBytes } from 'node:crypto';
import { eventually } from '../tools/testing/eventually';
import { call, json } from './support/http';
import { settingsFor, type Source, System } from './support/system';
import { OtlpReceiver } from './support/tracing/otlp-receiver';

/** Id of a client's span. */
const CLIENT = '00f067aa0ba902b7';

/** Spans of an order, by the source of orders and products. */
const TREES: Readonly<Record<Source, readonly string[]>> = {
  redis: [
    'orders session.authorize',
    '  orders session.find',
    'products products.find',
    'products session.authorize',
    '  products session.find',
  ],
  gateway: [
    'orders session.authorize',
    '  orders session.find',
    'products products.find',
    'products session.authorize',
    '  products session.find',
  ],
  rpc: [
    'orders session.authorize',
    '  orders session.find',
    '    orders session.introspect',
    '      auth session.authorize',
    '      auth session.introspect',
    '        auth session.introspect',
    'products products.find',
    'products session.authorize',
    '  products session.find',
    '    products session.introspect',
    '      auth session.authorize',
    '      auth session.introspect',
    '        auth session.introspect',
  ],
};

describe.each(['redis', 'rpc', 'gateway'] as const)(
  'traces of services with the source %s',
  (source) => {
    let receiver: OtlpReceiver;
    let system: System;

    beforeAll(async () => {
      receiver = await OtlpReceiver.start();
      system = await System.start('express', { ...settingsFor(source), ...receiver.settings });
    });

    afterAll(async () => {
      await system.stop();
      await receiver.stop();
    });

    const requestIn = (traceId: string) => ({ traceparent: `00-${traceId}-${CLIENT}-01` });
    const newTraceId = () => randomBytes(16).toString('hex');

    it('join an order, its price in another service, and the lookups of its session', async () => {
      const carol = await system.signInLike('carol');
      const [product] = json<{ id: string }[]>(
        await call(`${system.products.url}/products`, { cookie: carol }),
      );
      const traceId = newTraceId();
      const { status } = await call(`${system.orders.url}/orders`, {
        cookie: carol,
        headers: requestIn(traceId),
        body: { productId: product?.id, quantity: 1 },
      });
      expect(status).toBe(201);

      // Renewals of the idle timeout may follow.
      const tree = () => receiver.treeOf(traceId, CLIENT).filter((line) => !line.includes('touch'));
      await eventually(() => tree().length >= TREES[source].length);
      expect(tree()).toEqual(TREES[source]);
    });

    it('are named in the log lines of a denied request', async () => {
      const traceId = newTraceId();
      const url = `${system.ownUrlOf('orders')}/orders`;
      const cookie = randomBytes(32).toString('base64url');
      expect((await call(url, { cookie, headers: requestIn(traceId) })).status).toBe(401);

      const lines = () => system.output.filter((line) => line.includes(traceId));
      await eventually(() => lines().some((line) => line.includes('session.denied')));
    });

    it('contain no token, password, name or address of a user', async () => {
      const user = await system.createUserLike('carol');
      const { username, password, id } = user;
      const token = await system.signIn(user);
      await call(`${system.auth.url}/auth/verify/orders`, { cookie: token });
      await call(`${system.auth.url}/auth/session`, { bearer: token });
      await call(`${system.auth.url}/auth/reauthenticate`, { cookie: token, body: { password } });
      await call(`${system.orders.url}/orders/the-path?of=the-query`, { cookie: token });
      await system.logout(token);
      await system.login(username, 'a wrong password of the user');

      const text = () => receiver.bodies.join('\n');
      await eventually(() =>
        ['create', 'find', 'authorize', 'rotate', 'revoke', 'verify'].every((name) =>
          text().includes(`"session.${name}"`),
        ),
      );
      for (const secret of [
        ...[token, username, password, id, 'a wrong password', 'the-path', 'the-query'],
        ...['127.0.0.1', '__Host-sid', 'session.id'],
      ]) {
        expect(text()).not.toContain(secret);
      }
    });
  },
);
