import type { IssuerSessionStore } from '../store/issuer-session.store';
import { MemorySessionStore } from '../store/memory-session.store';
import { RedisIssuerSessionStore } from '../store/redis-issuer-session.store';
import { inEveryOrder } from '../testing/every-order';
import { managerOf } from '../testing/manager-of';
import { startedRedis } from '../testing/started-redis';
import { type Step, steppedClient, SteppedStore } from '../testing/stepped';
import type { NewSession, SessionManager } from './session.manager';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['old'] };

/** Where the sessions of one run are, and how operations on them are slowed to single steps. */
interface Ground {
  readonly store: IssuerSessionStore;
  /** Each round trip (Redis) or each call (memory) is one step. */
  stepped(step: Step): IssuerSessionStore;
  /** The ids of all that is stored, whether it is indexed or not. */
  storedIds(): Promise<string[]>;
}

const redis = startedRedis();

async function redisGround(): Promise<Ground> {
  await redis.client.flushall();
  return {
    store: new RedisIssuerSessionStore(redis.client),
    stepped: (step) => new RedisIssuerSessionStore(steppedClient(redis.client, step)),
    storedIds: async () => (await redis.client.keys('session:*')).map((key) => key.slice(9, -1)),
  };
}

function memoryGround(): Promise<Ground> {
  const store = new MemorySessionStore();
  return Promise.resolve({
    store,
    stepped: (step) => new SteppedStore(store, step),
    storedIds: () => store.idsOf('u-1'),
  });
}

function managerOn(store: IssuerSessionStore, maxPerUser = 10): SessionManager {
  return managerOf(store, { maxPerUser });
}

/** Two app instances act on one user at once; every order of their steps is run. */
describe.each([
  ['Redis, between any two round trips', redisGround],
  ['memory, between any two calls', memoryGround],
])('operations that meet in %s', (_, prepare) => {
  it('a rotation and the end of all sessions leave no session', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      const { session } = await managerOn(ground.store).create(ada);

      await race(
        (step) => managerOn(ground.stepped(step)).rotate(session.id),
        (step) => managerOn(ground.stepped(step)).revokeAll('u-1'),
      );

      expect(await ground.storedIds()).toEqual([]);
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('a rotation and the end of all sessions but another leave that other one alone', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      const { session: other } = await managerOn(ground.store).create(ada);
      const { session: own } = await managerOn(ground.store).create(ada);

      await race(
        (step) => managerOn(ground.stepped(step)).rotate(other.id),
        (step) => managerOn(ground.stepped(step)).revokeAll('u-1', { except: own.id }),
      );

      expect(await ground.storedIds()).toEqual([own.id]);
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('a rotation and a change of roles leave no session with the old roles', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      const { session } = await managerOn(ground.store).create(ada);

      const [rotated] = await race(
        (step) => managerOn(ground.stepped(step)).rotate(session.id),
        (step) => managerOn(ground.stepped(step)).setRoles('u-1', ['new']),
      );

      const stored = await ground.storedIds();
      const live = await Promise.all(stored.map((id) => ground.store.inspect(id)));
      expect(stored).toEqual(rotated === null ? [] : [rotated.session.id]);
      expect(live.map((it) => it?.session.roles)).toEqual(rotated === null ? [] : [['new']]);
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('two rotations of a session give one token and leave one session', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      const { session } = await managerOn(ground.store).create(ada);

      const rotations = await race(
        (step) => managerOn(ground.stepped(step)).rotate(session.id),
        (step) => managerOn(ground.stepped(step)).rotate(session.id),
      );

      const won = rotations.filter((it) => it !== null).map((it) => it.session.id);
      expect(won).toHaveLength(1);
      expect(await ground.storedIds()).toEqual(won);
      expect(await ground.store.idsOf('u-1')).toEqual(won);
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('a rotation and a logout: whichever finds the session has its way', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      const { session } = await managerOn(ground.store).create(ada);

      const [rotated, revoked] = await race(
        (step) => managerOn(ground.stepped(step)).rotate(session.id),
        (step) => managerOn(ground.stepped(step)).revoke(session.id),
      );

      expect(rotated === null).toBe(revoked !== null);
      expect(await ground.storedIds()).toEqual(rotated === null ? [] : [rotated.session.id]);
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('a change of roles and the end of all sessions leave no session', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      await managerOn(ground.store).create(ada);

      await race(
        (step) => managerOn(ground.stepped(step)).setRoles('u-1', ['new']),
        (step) => managerOn(ground.stepped(step)).revokeAll('u-1'),
      );

      expect(await ground.storedIds()).toEqual([]);
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('two changes of roles leave each session with the roles of one of them, never of both', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      await managerOn(ground.store).create(ada);
      await managerOn(ground.store).create(ada);

      await race(
        (step) => managerOn(ground.stepped(step)).setRoles('u-1', ['one']),
        (step) => managerOn(ground.stepped(step)).setRoles('u-1', ['other']),
      );

      const live = await managerOn(ground.store).listByUser('u-1');
      expect(live).toHaveLength(2);
      for (const { session } of live) expect(['one', 'other']).toContain(session.roles.join());
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('a list that heals the index and a rotation leave the rotated session alive', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      const { session } = await managerOn(ground.store).create(ada);

      const [rotated] = await race(
        (step) => managerOn(ground.stepped(step)).rotate(session.id),
        (step) => managerOn(ground.stepped(step)).listByUser('u-1'),
      );

      expect(rotated).not.toBeNull();
      expect(await ground.store.idsOf('u-1')).toEqual([rotated?.session.id]);
      expect(await ground.storedIds()).toEqual([rotated?.session.id]);
    });

    expect(orders).toBeGreaterThan(1);
  });

  it('a rotation and a sign-in close to the limit leave nobody without a session, and nothing else behind', async () => {
    const orders = await inEveryOrder(async (race) => {
      const ground = await prepare();
      const { session } = await managerOn(ground.store).create(ada);

      const [rotated, created] = await race(
        (step) => managerOn(ground.stepped(step), 2).rotate(session.id),
        (step) => managerOn(ground.stepped(step), 2).create(ada),
      );

      // While it lasts, a rotation counts twice, so one of the two may have to go.
      const stored = await ground.storedIds();
      expect(stored).not.toEqual([]);
      expect([created.session.id, rotated?.session.id]).toEqual(expect.arrayContaining(stored));
    });

    expect(orders).toBeGreaterThan(1);
  });
});
