import { call, json, tokenOf } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System } from '../support/system';

export function story(adapter: Adapter): void {
  describe(`the demo story, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await sharedSystem(adapter);
    });

    it('authorizes alice for orders and products until she signs out', async () => {
      const token = await system.signInLike('alice');
      expect(await system.statuses(token)).toEqual([200, 200, 200]);
      expect((await system.logout(token)).status).toBe(204);
      expect(await system.statuses(token)).toEqual([401, 401, 401]);
    });

    it('authorizes bob for products, but not for orders', async () => {
      expect(await system.statuses(await system.signInLike('bob'))).toEqual([200, 403, 200]);
    });

    it('lets carol order, at the price from products', async () => {
      const cookie = await system.signInLike('carol');
      const ordered = await call(`${system.orders.url}/orders`, {
        cookie,
        body: { productId: 'tea', quantity: 3 },
      });
      const order = json(ordered);
      expect(ordered.status).toBe(201);
      expect(order).toMatchObject({ productId: 'tea', quantity: 3, price: 890, total: 2670 });
      const found = await call(`${system.orders.url}/orders/${String(order.id)}`, { cookie });
      expect(json(found)).toEqual(order);
      expect(json(await call(`${system.orders.url}/orders`, { cookie }))).toEqual([order]);
    });

    it('rejects an order of alice, who may only read', async () => {
      const cookie = await system.signInLike('alice');
      const body = { productId: 'tea', quantity: 1 };
      const answer = await call(`${system.orders.url}/orders`, { cookie, body });
      expect(answer.status).toBe(403);
      expect(json(await call(`${system.orders.url}/orders`, { cookie }))).toEqual([]);
    });

    it("treats another user's order as missing", async () => {
      const [carol, alice] = [await system.signInLike('carol'), await system.signInLike('alice')];
      const body = { productId: 'cup', quantity: 1 };
      const order = json(await call(`${system.orders.url}/orders`, { cookie: carol, body }));
      const foreign = await call(`${system.orders.url}/orders/${String(order.id)}`, {
        cookie: alice,
      });
      const missing = await call(`${system.orders.url}/orders/none`, { cookie: alice });
      expect(foreign.status).toBe(404);
      expect(foreign.text).toBe(missing.text);
    });

    it('rejects an order for a product that products does not know', async () => {
      const cookie = await system.signInLike('carol');
      const body = { productId: 'gold', quantity: 1 };
      const answer = await call(`${system.orders.url}/orders`, { cookie, body });
      expect(answer.status).toBe(422);
      expect(json(answer).code).toBe('ERR_PRODUCT_UNKNOWN');
    });

    it('answers a sign-in with the user, the session and a cookie for this host only', async () => {
      const { username, password } = await system.createUser();
      const answer = await system.login(username, password);
      const { user, session } = json<Record<string, Record<string, string>>>(answer);
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['set-cookie']).toEqual([
        expect.stringMatching(/^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
        expect.stringMatching(
          /^__Secure-device=[\w-]{43}; Path=\/auth; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ]);
      expect(user).toEqual({
        id: expect.any(String) as string,
        username,
        roles: ['orders', 'products'],
      });
      expect(Object.keys(session ?? {})).toEqual([
        'id',
        'createdAt',
        'expiresAt',
        'absoluteExpiresAt',
      ]);
      expect(answer.text).not.toContain(tokenOf(answer));
    });

    it('gives a bearer client the token in the body, and no cookie', async () => {
      const { username, password } = await system.createUserLike('bob');
      const answer = await call(`${system.auth.url}/auth/login`, {
        body: { username, password, transport: 'bearer' },
      });
      const { token } = json<{ token: string }>(answer);
      expect(answer.headers['set-cookie']).toBeUndefined();
      const products = await call(`${system.products.url}/products`, { bearer: token });
      const orders = await call(`${system.orders.url}/orders`, { bearer: token });
      expect([products.status, orders.status]).toEqual([200, 403]);
    });

    it('issues a new token at every sign-in, and ends the session that the request carries', async () => {
      const alice = await system.createUser();
      const before = await system.signIn(alice);
      const answer = await system.login(alice.username, alice.password, {
        cookie: `__Host-sid=${before}`,
      });
      const after = tokenOf(answer);
      expect(after).not.toBe(before);
      expect(await system.statuses(before)).toEqual([401, 401, 401]);
      expect(await system.statuses(after)).toEqual([200, 200, 200]);
    });

    it('keeps the session that a sign-in with a wrong password carries', async () => {
      const alice = await system.createUser();
      const token = await system.signIn(alice);
      const answer = await system.login(alice.username, 'not-her-password-at-all', {
        cookie: `__Host-sid=${token}`,
      });
      expect(answer.status).toBe(401);
      expect(await system.statuses(token)).toEqual([200, 200, 200]);
    });

    it('answers an unknown user, a wrong password and a disabled user alike', async () => {
      const admin = await system.signInLike('admin');
      const [alice, bob] = [await system.createUser(), await system.createUser()];
      const url = `${system.auth.url}/admin/users/${bob.id}/disabled`;
      const disabled = await call(url, { method: 'PUT', cookie: admin, body: { disabled: true } });
      expect(disabled.status).toBe(200);
      const answers = await Promise.all([
        system.login('nobody-at-all', bob.password),
        system.login(alice.username, bob.password),
        system.login(bob.username, bob.password),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.every(({ headers }) => headers['set-cookie'] === undefined)).toBe(true);
    });

    it('answers a repeated and an anonymous sign-out like the first', async () => {
      const token = await system.signInLike('alice');
      const url = `${system.auth.url}/auth/logout`;
      const answers = [
        await system.logout(token),
        await system.logout(token),
        await call(url, { method: 'POST' }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
      expect(answers.map(({ headers }) => headers['set-cookie'])).toEqual(
        Array(3).fill([
          '__Host-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
        ]),
      );
    });
  });
}
