import { call, json, tokenOf } from './support/http';
import { ADAPTERS_AND_SOURCES, settingsFor, System } from './support/system';

describe.each(ADAPTERS_AND_SOURCES)(
  'what orders adds to a session, on %s by %s',
  (adapter, source) => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, settingsFor(source));
    });
    afterAll(() => system.stop());

    const redeem = (cookie: string, code: string) =>
      call(`${system.orders.url}/orders/coupon`, { cookie, body: { code } });
    const offers = async (cookie: string) =>
      json<{ id: string; price: number }[]>(
        await call(`${system.products.url}/products/offers`, { cookie }),
      );

    it('is known to products, for this session alone', async () => {
      const [alice, other] = [await system.signIn('alice'), await system.signIn('alice')];
      expect(await offers(alice)).toEqual([]);

      expect((await redeem(alice, 'SPRING')).status).toBe(204);

      expect(await offers(alice)).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 801 }),
      );
      expect(await offers(other)).toEqual([]);
    });

    it('cannot be replaced', async () => {
      const alice = await system.signIn('alice');
      await redeem(alice, 'SPRING');

      const again = await redeem(alice, 'WELCOME');

      expect(again.status).toBe(409);
      expect(again.headers['content-type']).toContain('application/problem+json');
      expect(json(again)).toMatchObject({ status: 409, code: 'ERR_SESSION_DATA_EXISTS' });
      expect(await offers(alice)).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 801 }),
      );
    });

    it('is nothing when it is refused', async () => {
      const alice = await system.signIn('alice');

      expect((await redeem(alice, 'NONE')).status).toBe(422);

      expect(await offers(alice)).toEqual([]);
    });

    it('stays when the password is changed and the session has another token', async () => {
      const carol = await system.signIn('carol');
      await redeem(carol, 'WELCOME');
      const password = 'carol-demo-password';

      const changed = await call(`${system.auth.url}/auth/password`, {
        cookie: carol,
        body: { currentPassword: password, newPassword: password },
      });

      expect(await offers(tokenOf(changed))).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 712 }),
      );
    });

    it('needs the session and the role of each service', async () => {
      const bob = await system.signIn('bob');

      expect((await redeem(bob, 'SPRING')).status).toBe(403);
      expect((await redeem('x'.repeat(43), 'SPRING')).status).toBe(401);
      expect((await call(`${system.products.url}/products/offers`)).status).toBe(401);
    });
  },
);
