import type { AppProcess } from '../../tools/processes/app-process';
import { eventually } from '../../tools/testing/eventually';
import { call, json, tokenOf } from '../support/http';
import { FEEDS, type LiveFeed, REASONS } from '../support/live-feed';
import { grantedRedis } from '../support/near-cached-system';
import { sharedSystem } from '../support/shared-systems';
import { type Adapter, System, type TestUser } from '../support/system';

/** Carol's roles: she may order. */
const ROLES = ['orders', 'orders:write', 'products'];

/**
 * Feeds on two instances of orders. `SESSION_CHANNELS_CLOSE_WITHIN` exceeds the time limit of a test: only a
 * signal can close a feed in time.
 *
 * @param nearCache `on`: invalidations are the signal. `off`: session events.
 */
export function liveFeeds(adapter: Adapter, nearCache: 'on' | 'off'): void {
  describe(`live feeds on two instances, on ${adapter}, with the near-cache ${nearCache}`, () => {
    let system: System;
    let instances: readonly AppProcess[];
    let admin: string;
    let user: TestUser;
    const feeds: LiveFeed[] = [];

    beforeAll(async () => {
      const settings = { SESSION_NEAR_CACHE: nearCache, SESSION_CHANNELS_CLOSE_WITHIN: '1h' };
      system = await System.startOn(grantedRedis, adapter, settings);
      instances = [system.orders, await system.startAnother('orders')];
      admin = await system.signIn('admin');
    });
    afterAll(() => system.stop());
    beforeEach(async () => {
      user = await system.createUser(ROLES);
    });
    afterEach(() => {
      for (const feed of feeds.splice(0)) feed.close();
    });

    const put = (what: 'roles' | 'disabled', body: object) =>
      call(`${system.auth.url}/admin/users/${user.id}/${what}`, {
        method: 'PUT',
        cookie: admin,
        body,
      });
    const order = (cookie: string, { url } = system.orders) =>
      call(`${url}/orders`, { cookie, body: { productId: 'tea', quantity: 1 } });

    describe.each(['stream', 'socket'] as const)('the %s', (kind) => {
      const { signedOut, roleLost } = REASONS[kind];

      /** Opens a feed on each instance. */
      const open = async (cookie: string) => {
        const opened: LiveFeed[] = [];
        for (const { url } of instances) opened.push(await FEEDS[kind].open({ url, cookie }));
        feeds.push(...opened);
        return opened;
      };
      const endsOf = (opened: readonly LiveFeed[]) => opened.map(({ ended }) => ended);

      it("reports the caller's orders of its instance, and no other user's", async () => {
        const cookie = await system.signIn(user);
        const [own, elsewhere] = await open(cookie);
        const stranger = await system.signIn(await system.createUser(ROLES));
        const [foreign] = await open(stranger);

        const created = json<{ id: string }>(await order(cookie));
        await call(`${system.orders.url}/orders/${created.id}`, { method: 'DELETE', cookie });
        const last = json<{ id: string }>(await order(stranger));

        await eventually(() => own?.events.length === 2 && foreign?.events.length === 1);
        expect(own?.events).toEqual([
          { event: 'order-created', data: created },
          { event: 'order-deleted', data: { id: created.id } },
        ]);
        expect(foreign?.events).toEqual([{ event: 'order-created', data: last }]);
        expect(elsewhere?.events).toEqual([]);
      });

      it('ends on both instances with a sign-out', async () => {
        const cookie = await system.signIn(user);
        const other = await open(await system.signIn(user));
        const opened = await open(cookie);

        expect((await system.logout(cookie)).status).toBe(204);

        await eventually(() => !endsOf(opened).includes(null));
        expect(endsOf(opened)).toEqual([signedOut, signedOut]);
        expect(endsOf(other)).toEqual([null, null]);
      });

      it('ends on both instances when the user is disabled', async () => {
        const opened = await open(await system.signIn(user));

        expect((await put('disabled', { disabled: true })).status).toBe(200);

        await eventually(() => !endsOf(opened).includes(null));
        expect(endsOf(opened)).toEqual([signedOut, signedOut]);
      });

      it('ends on both instances when the session loses the role', async () => {
        const opened = await open(await system.signIn(user));

        expect((await put('roles', { roles: ['products'] })).status).toBe(200);

        await eventually(() => !endsOf(opened).includes(null));
        expect(endsOf(opened)).toEqual([roleLost, roleLost]);
      });

      it('stays open when the roles change but still include the role of the service', async () => {
        const cookie = await system.signIn(user);
        const opened = await open(cookie);

        expect((await put('roles', { roles: ['orders', 'orders:write'] })).status).toBe(200);
        expect((await order(cookie)).status).toBe(403); // products refuses the price
        expect((await put('roles', { roles: ROLES })).status).toBe(200);
        expect((await order(cookie)).status).toBe(201);

        await eventually(() => opened[0]?.events.length === 1);
        expect(endsOf(opened)).toEqual([null, null]);
      });

      it('ends for the other sessions of a user who changes the password', async () => {
        const cookie = await system.signIn(user);
        const others = await open(await system.signIn(user));
        const body = { currentPassword: user.password, newPassword: `another ${user.password}` };

        const changed = await call(`${system.auth.url}/auth/password`, { cookie, body });
        const own = await open(tokenOf(changed));

        await eventually(() => !endsOf(others).includes(null));
        expect(endsOf(others)).toEqual([signedOut, signedOut]);
        expect(endsOf(own)).toEqual([null, null]);
      });

      it('is refused without a session, and without the role', async () => {
        const { url } = system.orders;
        const bob = await system.signInLike('bob');

        await expect(FEEDS[kind].open({ url })).rejects.toThrow('refused: 401');
        await expect(FEEDS[kind].open({ url, cookie: bob })).rejects.toThrow('refused: 403');
      });
    });
  });
}

/** A part of {@link liveFeeds} on a shared system. */
export function liveFeedsOfOneUser(adapter: Adapter): void {
  describe(`live feeds, on ${adapter}`, () => {
    it('report an order, and end when the user signs out', async () => {
      const system = await sharedSystem(adapter);
      const cookie = await system.signInLike('carol');
      const { url } = system.orders;
      const feeds = [
        await FEEDS.stream.open({ url, cookie }),
        await FEEDS.socket.open({ url, cookie }),
      ];

      const body = { productId: 'tea', quantity: 1 };
      expect((await call(`${url}/orders`, { cookie, body })).status).toBe(201);
      await eventually(() => feeds.every(({ events }) => events.length === 1));
      expect((await system.logout(cookie)).status).toBe(204);

      await eventually(() => feeds.every(({ ended }) => ended !== null));
      expect(feeds.map(({ ended }) => ended)).toEqual([
        REASONS.stream.signedOut,
        REASONS.socket.signedOut,
      ]);
    });
  });
}
