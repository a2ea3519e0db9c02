import { connect } from 'node:net';
import { GuardedRedis } from './support/guarded-redis';
import { call, json } from './support/http';
import { settingsFor, System } from './support/system';

const SECRET = 'a secret that the services of this test share';

/** One message of Nest's TCP transport as it is on the wire: the length, '#', and JSON. */
function send(port: number, packet: object): Promise<{ err?: unknown; response?: unknown }> {
  const text = JSON.stringify({ id: '1', ...packet });
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket
      .on('error', reject)
      .on('data', (data) => {
        received += data.toString();
        const [length = '', ...rest] = received.split('#');
        const body = rest.join('#');
        if (body === '' || body.length < Number(length)) return;
        socket.destroy();
        resolve(JSON.parse(body) as object);
      })
      .write(`${text.length}#${text}`);
  });
}

const find = { pattern: 'products.find' };
const tea = { id: 'tea' };
const DENIED = { code: 'ERR_SESSION_REQUIRED' };

describe.each(['express', 'fastify'] as const)('calls between services on %s', (adapter) => {
  describe.each<[string, NodeJS.ProcessEnv]>([
    ['with the token', {}],
    ['signed', { SESSION_CALL_SECRET: SECRET }],
    ['signed, by rpc', settingsFor('rpc')],
    ['signed, by gateway', settingsFor('gateway')],
  ])('%s', (_, settings) => {
    const isBehindGateway = settings.SESSION_SOURCE === 'gateway';
    let system: System;
    let port: number;
    let alice: string;
    let carol: string;

    beforeAll(async () => {
      system = await System.startOn(() => GuardedRedis.start(), adapter, settings);
      port = system.rpcPorts.products;
      [alice, carol] = [await system.signIn('alice'), await system.signIn('carol')];
    });
    afterAll(() => system.stop());

    const order = (cookie: string) =>
      call(`${system.orders.url}/orders`, { cookie, body: { productId: 'tea', quantity: 2 } });

    it('orders asks products for the price on behalf of the user', async () => {
      const answer = await order(carol);
      expect(answer.status).toBe(201);
      expect(json(answer)).toMatchObject({ price: 890, total: 1_780 });
    });

    it('a user whom products does not let in cannot order', async () => {
      const admin = await system.signIn('admin');
      const id = await system.userId(admin, 'carol');
      const roles = `${system.auth.url}/admin/users/${id}/roles`;
      const setRoles = (given: string[]) =>
        call(roles, { method: 'PUT', cookie: admin, body: { roles: given } });
      await setRoles(['orders', 'orders:write']);
      const answer = await order(carol);
      expect(answer.status).toBe(403);
      expect(json(answer)).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
      await setRoles(['orders', 'orders:write', 'products']);
      expect((await order(carol)).status).toBe(201);
    });

    it('a message without an identity is refused', async () => {
      expect(await send(port, { ...find, data: tea })).toMatchObject({ err: DENIED });
      const empty = { '@session': {}, data: tea };
      expect(await send(port, { ...find, data: empty })).toMatchObject({ err: DENIED });
    });

    it('nor does a message get in with what it says outside of its envelope', async () => {
      const authorization = `Bearer ${alice}`;
      for (const packet of [
        { ...find, data: { ...tea, authorization } },
        { ...find, data: tea, headers: { authorization } },
        { ...find, data: tea, metadata: { authorization } },
        { ...find, data: { '@session': { cookie: `__Host-sid=${alice}` }, data: tea } },
        { ...find, data: { '@session': { authorization: [authorization] }, data: tea } },
        { ...find, data: { '@session': `Bearer ${alice}`, data: tea } },
        { ...find, data: { '@session': null, data: tea } },
      ]) {
        expect(await send(port, packet)).toMatchObject({ err: DENIED });
      }
    });

    it('a forged call is refused by a code of its own', async () => {
      const forged = { '@session': { 'x-session-call': 'a.b.c' }, data: tea };
      expect(await send(port, { ...find, data: forged })).toMatchObject({
        err: { code: 'ERR_SESSION_CALL_REFUSED' },
      });
      // A gateway does not let it through.
      if (isBehindGateway) return;
      expect(
        (await call(system.doorOf('products'), { headers: { 'x-session-call': 'a.b.c' } })).status,
      ).toBe(401);
      const both = await call(system.doorOf('products'), {
        cookie: alice,
        headers: { 'x-session-call': 'a.b.c' },
      });
      expect(both.status).toBe(400);
    });

    it('a client in another language brings the token in the envelope', async () => {
      const data = { '@session': { authorization: `Bearer ${alice}` }, data: tea };
      // Behind a gateway a token means nothing.
      expect(await send(port, { ...find, data })).toMatchObject(
        isBehindGateway ? { err: DENIED } : { response: tea },
      );
      await system.logout(alice);
      expect(await send(port, { ...find, data })).toMatchObject({ err: DENIED });
    });

    it('which fields there are is checked in the envelope as outside of it', async () => {
      const data = { '@session': { authorization: `Bearer ${carol}` }, data: { id: 1 } };
      expect(await send(port, { ...find, data })).toMatchObject({
        err: isBehindGateway ? DENIED : { code: 'ERR_BAD_REQUEST' },
      });
    });

    it('products away is 503, and the order is not made', async () => {
      const before = json<object[]>(await call(`${system.orders.url}/orders`, { cookie: carol }));
      await system.products.stop();
      const answer = await order(carol);
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('1');
      const after = json<object[]>(await call(`${system.orders.url}/orders`, { cookie: carol }));
      expect(after).toEqual(before);
    });
  });
});
