import { call, json, tokenOf } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, Source, System } from '../support/system';

export function writeOnceAttributes(adapter: Adapter, source: Source): void {
  describe(`an attribute that orders adds to a session, on ${adapter} by ${source}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await sharedSystem(adapter, source);
    });

    const redeem = (cookie: string, code: string) =>
      call(`${system.orders.url}/orders/coupon`, { cookie, body: { code } });
    const offers = async (cookie: string) =>
      json<{ id: string; price: number }[]>(
        await call(`${system.products.url}/products/offers`, { cookie }),
      );

    it('is visible to products, for this session only', async () => {
      const user = await system.createUser();
      const [alice, other] = [await system.signIn(user), await system.signIn(user)];
      expect(await offers(alice)).toEqual([]);

      expect((await redeem(alice, 'SPRING')).status).toBe(204);

      expect(await offers(alice)).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 801 }),
      );
      expect(await offers(other)).toEqual([]);
    });

    it('cannot be replaced', async () => {
      const alice = await system.signInLike('alice');
      await redeem(alice, 'SPRING');

      const again = await redeem(alice, 'WELCOME');

      expect(again.status).toBe(409);
      expect(again.headers['content-type']).toContain('application/problem+json');
      expect(json(again)).toMatchObject({ status: 409, code: 'ERR_SESSION_DATA_EXISTS' });
      expect(await offers(alice)).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 801 }),
      );
    });

    it('is not stored when orders rejects it', async () => {
      const alice = await system.signInLike('alice');

      expect((await redeem(alice, 'NONE')).status).toBe(422);

      expect(await offers(alice)).toEqual([]);
    });

    it('survives a password change, which rotates the token', async () => {
      const user = await system.createUserLike('carol');
      const { password } = user;
      const carol = await system.signIn(user);
      await redeem(carol, 'WELCOME');

      const changed = await call(`${system.auth.url}/auth/password`, {
        cookie: carol,
        body: { currentPassword: password, newPassword: password },
      });

      expect(await offers(tokenOf(changed))).toContainEqual(
        expect.objectContaining({ id: 'tea', price: 712 }),
      );
    });

    it('requires the session and the role of each service', async () => {
      const bob = await system.signInLike('bob');

      expect((await redeem(bob, 'SPRING')).status).toBe(403);
      expect((await redeem('x'.repeat(43), 'SPRING')).status).toBe(401);
      expect((await call(`${system.products.url}/products/offers`)).status).toBe(401);
    });
  });
}
