import { call, json } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, Source, System, TestUser } from '../support/system';

export function requests(adapter: Adapter, source: Source): void {
  describe(`request handling, on ${adapter} by ${source}`, () => {
    let system: System;
    let carol: TestUser;
    let cookie: string;

    beforeAll(async () => {
      system = await sharedSystem(adapter, source);
      carol = await system.createUserLike('carol');
      cookie = await system.signIn(carol);
    });

    const order = { productId: 'tea', quantity: 1 };
    const orders = () => `${system.orders.url}/orders`;

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
      'refuses a body of type %j',
      async (type) => {
        const headers = { 'content-type': type };
        const answer = await call(orders(), { cookie, headers, body: JSON.stringify(order) });
        expect([answer.status, json(answer).code]).toEqual([415, 'ERR_UNSUPPORTED_MEDIA_TYPE']);
      },
    );

    it.each([
      ['broken JSON', '{"productId":', 400],
      ['no object', '"tea"', 400],
      ['a wrong type', JSON.stringify({ ...order, quantity: '1' }), 400],
      ['an unknown field', JSON.stringify({ ...order, price: 1 }), 400],
      ['a prototype', '{"productId":"tea","quantity":1,"__proto__":{"price":1}}', 400],
      ['20 KB', JSON.stringify({ ...order, productId: 'x'.repeat(20_000) }), 413],
    ])('refuses a body with %s', async (_, body, status) => {
      const answer = await call(orders(), { cookie, body });
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(json(answer)).toMatchObject({ status, title: expect.any(String) as string });
    });

    it('accepts an empty body with a JSON content type', async () => {
      const headers = { 'content-type': 'application/json', 'content-length': '0' };
      const answer = await call(`${system.auth.url}/auth/logout`, { method: 'POST', headers });
      expect(answer.status).toBe(204);
    });

    it.each([
      [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
      [{ 'sec-fetch-site': 'same-site', origin: 'https://sibling.example' }, 403],
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ 'sec-fetch-site': 'same-origin' }, 201],
      [{ 'sec-fetch-site': 'cross-site', origin: 'https://app.example.com' }, 201],
      [{}, 201],
    ])('given the headers %j, answers a state change with %i', async (headers, status) => {
      const answer = await call(orders(), { cookie, headers, body: order });
      expect(answer.status).toBe(status);
    });

    it('refuses sign-in and sign-out from a foreign page', async () => {
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      const login = await system.login(carol.username, carol.password, headers);
      const logout = await call(`${system.auth.url}/auth/logout`, {
        method: 'POST',
        cookie,
        headers,
      });
      expect([login.status, logout.status]).toEqual([403, 403]);
      expect((await call(orders(), { cookie })).status).toBe(200);
    });

    it('sends no-store and security headers with every response', async () => {
      for (const door of system.doors) {
        for (const answer of [await call(door, { cookie }), await call(door)]) {
          expect(answer.headers['cache-control']).toBe('no-store');
          expect(answer.headers['x-content-type-options']).toBe('nosniff');
          expect(answer.headers['x-powered-by']).toBeUndefined();
        }
      }
    });

    it('serves the OpenAPI description', async () => {
      for (const { url } of system.services) {
        // A gateway only forwards requests to the service's routes.
        if (source === 'gateway' && url !== system.auth.url) {
          expect((await call(`${url}/docs`)).status).toBe(403);
          continue;
        }
        expect((await call(`${url}/docs`)).headers['content-type']).toMatch(/^text\/html/);
        expect(
          Object.keys(json<{ paths: object }>(await call(`${url}/docs-json`)).paths),
        ).toContain('/health/ready');
      }
    });

    it('rejects an unknown path', async () => {
      const answer = await call(`${system.orders.url}/nowhere`);
      // A gateway only forwards requests to published routes.
      expect([answer.status, json(answer).code]).toEqual(
        source === 'gateway' ? [403, 'ERR_ROUTE_UNKNOWN'] : [404, 'ERR_NOT_FOUND'],
      );
    });

    it.each(['HEAD', 'OPTIONS', 'PATCH', 'PURGE'])(
      'grants no access by the method %s',
      async (method) => {
        for (const door of system.doors) {
          const { status } = await call(door, { method });
          expect([204, 401, 403, 404, 405]).toContain(status);
        }
      },
    );
  });
}
