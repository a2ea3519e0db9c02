import type { Redis } from 'ioredis';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import { MemorySessionStore } from '../../testing/memory-session.store.js';
import { RedisIssuerSessionStore } from '../redis-issuer-session.store.js';
import { inEveryOrder, type Race } from '../../../test-support/every-order.js';
import { managerOf } from '../../../test-support/manager-of.js';
import { type Step, steppedClient, SteppedStore } from '../../../test-support/stepped.js';
import type { NewSession, SessionManager } from '../session.manager.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['old'] };

const GRACE = { grace: true };

/** Store of a single run, and the means to run operations on it step by step. */
export interface Ground {
  readonly store: IssuerSessionStore;
  /** Returns a store on which each round trip (Redis) or each call (memory) is one step. */
  stepped(step: Step): IssuerSessionStore;
  /** Returns the ids of all stored sessions, indexed or not. */
  storedIds(): Promise<string[]>;
}

/** Sessions in Redis, where each round trip is one step. */
export async function redisGround(client: Redis): Promise<Ground> {
  await client.flushdb();
  return {
    store: new RedisIssuerSessionStore(client),
    stepped: (step) => new RedisIssuerSessionStore(steppedClient(client, step)),
    storedIds: async () => (await client.keys('session:*')).map((key) => key.slice(9, -1)),
  };
}

/** Sessions in memory, where each call of the store is one step. */
export function memoryGround(): Promise<Ground> {
  const store = new MemorySessionStore();
  return Promise.resolve({
    store,
    stepped: (step) => new SteppedStore(store, step),
    storedIds: () => store.idsOf('u-1'),
  });
}

export function managerOn(store: IssuerSessionStore, maxPerUser = 10): SessionManager {
  return managerOf(store, { maxPerUser });
}

/** @returns whether the session existed at the first look-up */
async function revokeIfFound(store: IssuerSessionStore, id: string): Promise<boolean> {
  const inspect = jest.spyOn(store, 'inspect');
  await managerOn(store).revoke(id);
  return (await inspect.mock.results[0]?.value) !== null;
}

/** Options for the orders of a race, see {@link inEveryOrder}. */
export interface RaceOptions {
  readonly withEquivalent?: boolean;
  /** @default a single seed */
  readonly seeds?: readonly number[];
}

/**
 * Seeds for both orders of ids in Redis: with one seed the session of a rotation comes first, with the other
 * it comes last.
 */
export const EITHER_ORDER_OF_IDS = [1, 3];

export function everyOrderOf(
  prepare: () => Promise<Ground>,
  { withEquivalent, seeds = [1] }: RaceOptions,
) {
  /** @returns the number of orders that ran */
  return async (scenario: (race: Race, ground: Ground) => Promise<void>): Promise<number> => {
    let orders = 0;
    for (const seed of seeds) {
      const run = async (race: Race) => scenario(race, await prepare());
      orders += await inEveryOrder(run, { withEquivalent, seed });
    }
    return orders;
  };
}

/**
 * Two app instances act on one user at once, in every order of their steps.
 *
 * @param prepare returns a ground without sessions; called before each run
 */
export function describeRaces(
  name: string,
  prepare: () => Promise<Ground>,
  options: RaceOptions = {},
): void {
  const everyOrder = everyOrderOf(prepare, options);

  describe(`concurrent operations in ${name}`, () => {
    it('a rotation and the end of all sessions leave no session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id),
          (step) => managerOn(ground.stepped(step)).revokeAll('u-1'),
        );

        expect(await ground.storedIds()).toEqual([]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a rotation and the end of all sessions except another leave the other session unchanged', async () => {
      const orders = await everyOrder(async (race, ground) => {
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
      const orders = await everyOrder(async (race, ground) => {
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
      const orders = await everyOrder(async (race, ground) => {
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

    it('a rotation and a logout that finds the session leave no session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const [rotated, wasFound] = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id),
          (step) => revokeIfFound(ground.stepped(step), session.id),
        );

        expect(await ground.storedIds()).toEqual(wasFound ? [] : [rotated?.session.id]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a change of roles and the end of all sessions leave no session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        await managerOn(ground.store).create(ada);

        await race(
          (step) => managerOn(ground.stepped(step)).setRoles('u-1', ['new']),
          (step) => managerOn(ground.stepped(step)).revokeAll('u-1'),
        );

        expect(await ground.storedIds()).toEqual([]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('two changes of roles leave each session with the roles of one change, never of both', async () => {
      const orders = await everyOrder(async (race, ground) => {
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

    it('a listing that repairs the index and a rotation leave the rotated session alive', async () => {
      const orders = await everyOrder(async (race, ground) => {
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

    it('a rotation and a sign-in close to the limit leave the user a session, and no leftovers', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const [rotated, created] = await race(
          (step) => managerOn(ground.stepped(step), 2).rotate(session.id),
          (step) => managerOn(ground.stepped(step), 2).create(ada),
        );

        // A rotation under way counts twice, so one of the two sessions may have to end.
        const stored = await ground.storedIds();
        expect(stored).not.toEqual([]);
        expect([created.session.id, rotated?.session.id]).toEqual(expect.arrayContaining(stored));
      });

      expect(orders).toBeGreaterThan(1);
    });
  });
}

/** Same as {@link describeRaces} for rotations with a grace, which take many more steps. */
export function describeGraceRaces(
  name: string,
  prepare: () => Promise<Ground>,
  options: RaceOptions = {},
): void {
  const everyOrder = everyOrderOf(prepare, options);

  describe(`a rotation with a grace and a concurrent operation in ${name}`, () => {
    it('a rotation with a grace and the end of all sessions leave no session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
          (step) => managerOn(ground.stepped(step)).revokeAll('u-1'),
        );

        expect(await ground.storedIds()).toEqual([]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a rotation with a grace and a change of roles leave the old roles to neither token', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const [rotated] = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
          (step) => managerOn(ground.stepped(step)).setRoles('u-1', ['new']),
        );

        const stored = await ground.storedIds();
        const live = await Promise.all(stored.map((id) => ground.store.inspect(id)));
        const both = [session.id, rotated?.session.id].filter((it) => it !== undefined);
        expect(stored.sort()).toEqual(both.sort());
        for (const it of live) expect(it?.session.roles).toEqual(['new']);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a rotation with a grace and a logout with the old token leave no session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
          (step) => managerOn(ground.stepped(step)).revoke(session.id),
        );

        expect(await ground.storedIds()).toEqual([]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a logout with an earlier token and the next rotation leave no session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);
        const next = await managerOn(ground.store).rotate(session.id, {}, GRACE);

        await race(
          (step) => managerOn(ground.stepped(step)).rotate(next?.session.id ?? '', {}, GRACE),
          (step) => managerOn(ground.stepped(step)).revoke(session.id),
        );

        expect(await ground.storedIds()).toEqual([]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a logout with an earlier token and the next rotation, without a grace, leave no session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);
        const next = await managerOn(ground.store).rotate(session.id, {}, GRACE);

        const [rotated, wasFound] = await race(
          (step) => managerOn(ground.stepped(step)).rotate(next?.session.id ?? ''),
          (step) => revokeIfFound(ground.stepped(step), session.id),
        );

        expect(await ground.storedIds()).toEqual(wasFound ? [] : [rotated?.session.id]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('two rotations with a grace issue one token, and the old token still works', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const rotations = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
        );

        const won = rotations.filter((it) => it !== null).map((it) => it.session.id);
        expect(won).toHaveLength(1);
        expect((await ground.storedIds()).sort()).toEqual([...won, session.id].sort());
        expect((await ground.store.inspect(session.id))?.session.supersededBy).toBe(won[0]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a rotation with a grace and a rotation without a grace leave at most one token, a new token', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const rotations = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
          (step) => managerOn(ground.stepped(step)).rotate(session.id),
        );

        const won = rotations.filter((it) => it !== null).map((it) => it.session.id);
        const listed = await managerOn(ground.store).listByUser('u-1');
        expect(won.length).toBeLessThanOrEqual(1);
        expect(listed.map((it) => it.session.id)).toEqual(won);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a rotation with a grace and the end of its new session leave nothing, or the unchanged old session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const [rotated, ended] = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
          async (step) => {
            const manager = managerOn(ground.stepped(step));
            // As from the list of the user's sessions, which may show the new session before its token is
            // issued.
            const ids = await step(() => ground.store.idsOf('u-1'));
            const made = ids.find((id) => id !== session.id);
            return made === undefined ? null : manager.revoke(made);
          },
        );

        const left = await ground.storedIds();
        if (ended !== null) expect(left).toEqual([]);
        else expect(left.sort()).toEqual([session.id, rotated?.session.id].sort());
      });

      expect(orders).toBeGreaterThan(1);
    });
  });
}

/** Races with too many orders to run each of them on Redis. */
export function describeLongRaces(name: string, prepare: () => Promise<Ground>): void {
  const everyOrder = everyOrderOf(prepare, {});

  describe(`longer concurrent operations in ${name}`, () => {
    it('a rotation and a sign-in at the limit do not exceed the limit', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        await race(
          (step) => managerOn(ground.stepped(step), 1).rotate(session.id),
          (step) => managerOn(ground.stepped(step), 1).create(ada),
        );

        const left = await managerOn(ground.store).listByUser('u-1');
        expect(left.length).toBeLessThanOrEqual(1);
      });

      expect(orders).toBeGreaterThan(1);
    });
  });
}
