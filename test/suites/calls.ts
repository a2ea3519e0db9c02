import { connect } from 'node:net';
import { call, json } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import { type Adapter, type Source, System, type TestUser } from '../support/system';

/** Sends one message of Nest's TCP transport in its wire format: the length, '#', and JSON. */
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

/** Tests calls that the services sign, in the shared systems. */
export function signedCalls(adapter: Adapter, source: Source): void {
  describe(`signed calls between services, on ${adapter} by ${source}`, () => {
    callsOf(() => sharedSystem(adapter, source), source);
  });
}

/** Tests calls with the user's token, in their own system without a SESSION_CALL_SECRET. */
export function callsWithToken(adapter: Adapter): void {
  describe(`calls between services with the token of the user, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter);
    });
    afterAll(() => system.stop());

    callsOf(() => Promise.resolve(system), 'redis');

    // Must be the last test: it stops products.
    it('fail with 503 while products is down, and create no order', () =>
      expectNoOrderWithoutProducts(system));
  });
}

/** Stops products. */
export async function expectNoOrderWithoutProducts(system: System): Promise<void> {
  const cookie = await system.signIn('carol');
  const url = `${system.orders.url}/orders`;
  const body = { productId: 'tea', quantity: 2 };
  expect((await call(url, { cookie, body })).status).toBe(201);
  const before = json<object[]>(await call(url, { cookie }));
  await system.products.stop();
  const answer = await call(url, { cookie, body });
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('1');
  expect(json<object[]>(await call(url, { cookie }))).toEqual(before);
}

function callsOf(systemOf: () => Promise<System>, source: Source): void {
  const isBehindGateway = source === 'gateway';
  let system: System;
  let port: number;
  let user: TestUser;
  let alice: string;
  let carol: string;

  beforeAll(async () => {
    system = await systemOf();
    port = system.rpcPorts.products;
    user = await system.createUserLike('carol');
    [alice, carol] = [await system.signInLike('alice'), await system.signIn(user)];
  });

  const order = (cookie: string) =>
    call(`${system.orders.url}/orders`, { cookie, body: { productId: 'tea', quantity: 2 } });

  it('let orders read the price from products on behalf of the user', async () => {
    const answer = await order(carol);
    expect(answer.status).toBe(201);
    expect(json(answer)).toMatchObject({ price: 890, total: 1_780 });
  });

  it('fail for a user without the role of products, who therefore cannot order', async () => {
    const admin = await system.signInLike('admin');
    const roles = `${system.auth.url}/admin/users/${user.id}/roles`;
    const setRoles = (given: string[]) =>
      call(roles, { method: 'PUT', cookie: admin, body: { roles: given } });
    await setRoles(['orders', 'orders:write']);
    const answer = await order(carol);
    expect(answer.status).toBe(403);
    expect(json(answer)).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
    await setRoles(['orders', 'orders:write', 'products']);
    expect((await order(carol)).status).toBe(201);
  });

  it('are rejected without an identity', async () => {
    expect(await send(port, { ...find, data: tea })).toMatchObject({ err: DENIED });
    const empty = { '@session': {}, data: tea };
    expect(await send(port, { ...find, data: empty })).toMatchObject({ err: DENIED });
  });

  it('are rejected with an identity outside the envelope or in the wrong form', async () => {
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

  it('are rejected with a distinct code when they are forged', async () => {
    const forged = { '@session': { 'x-session-call': 'a.b.c' }, data: tea };
    expect(await send(port, { ...find, data: forged })).toMatchObject({
      err: { code: 'ERR_SESSION_CALL_REFUSED' },
    });
    // A gateway does not forward the header.
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

  it('take the token of a client in another language from the envelope', async () => {
    const data = { '@session': { authorization: `Bearer ${alice}` }, data: tea };
    // Behind a gateway, a token has no effect.
    expect(await send(port, { ...find, data })).toMatchObject(
      isBehindGateway ? { err: DENIED } : { response: tea },
    );
    await system.logout(alice);
    expect(await send(port, { ...find, data })).toMatchObject({ err: DENIED });
  });

  it('are validated inside the envelope as well', async () => {
    const data = { '@session': { authorization: `Bearer ${carol}` }, data: { id: 1 } };
    expect(await send(port, { ...find, data })).toMatchObject({
      err: isBehindGateway ? DENIED : { code: 'ERR_BAD_REQUEST' },
    });
  });
}
