import type { Session } from '../../session/session.js';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import type { NewSession } from '../session.manager.js';
import { everyOrderOf, type Ground, managerOn, type RaceOptions } from './session-manager.races.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['old'] };

const GRACE = { grace: true };

const withLocale = (data: object) => ({ ...data, locale: 'de' });
const withTheme = (data: object) => ({ ...data, theme: 'dark' });

/** Changes the data of a session. @returns whether the session existed at the first look-up */
async function changeIfFound(store: IssuerSessionStore, id: string): Promise<boolean> {
  const inspect = jest.spyOn(store, 'inspect');
  await managerOn(store).updateData(id, withLocale);
  return (await inspect.mock.results[0]?.value) !== null;
}

/** Returns all stored sessions, indexed or not. */
async function storedIn(ground: Ground): Promise<Session[]> {
  const ids = await ground.storedIds();
  const snapshots = await Promise.all(ids.map((id) => ground.store.inspect(id)));
  return snapshots.flatMap((it) => (it ? [it.session] : []));
}

/**
 * Two app instances change what the sessions of one user hold, or one changes and the other ends or rotates
 * them, in every order of their steps.
 *
 * @param prepare returns a ground without sessions; called before each run
 */
export function describeUpdateRaces(
  name: string,
  prepare: () => Promise<Ground>,
  options: RaceOptions = {},
): void {
  const everyOrder = everyOrderOf(prepare, options);

  describe(`concurrent changes of data and users in ${name}`, () => {
    it.each([
      ['data', withLocale, { locale: 'de', theme: 'dark' }],
      ['counted data', countUp, { count: 2 }],
    ])('two changes of %s both take effect', async (_what, change, expected) => {
      const other = change === countUp ? countUp : withTheme;
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const changed = await race(
          (step) => managerOn(ground.stepped(step)).updateData(session.id, change),
          (step) => managerOn(ground.stepped(step)).updateData(session.id, other),
        );

        expect(changed).not.toContain(null);
        expect((await storedIn(ground)).map(({ data }) => data)).toEqual([expected]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a change of data, of the user and of the roles all take effect', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        await race(
          (step) => managerOn(ground.stepped(step)).updateData(session.id, withLocale),
          async (step) => {
            await managerOn(ground.stepped(step)).updateUser('u-1', { username: 'countess' });
            await managerOn(ground.stepped(step)).setRoles('u-1', ['new']);
          },
        );

        expect(await storedIn(ground)).toMatchObject([
          { user: { username: 'countess' }, roles: ['new'], data: { locale: 'de' } },
        ]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('two changes of the user with different fields both take effect in each session', async () => {
      const orders = await everyOrder(async (race, ground) => {
        await managerOn(ground.store).create(ada);
        await managerOn(ground.store).create(ada);

        await race(
          (step) => managerOn(ground.stepped(step)).updateUser('u-1', { username: 'countess' }),
          (step) => managerOn(ground.stepped(step)).updateUser('u-1', { tenant: 'acme' } as object),
        );

        const user = { id: 'u-1', username: 'countess', tenant: 'acme' };
        expect((await storedIn(ground)).map((it) => it.user)).toEqual([user, user]);
      });

      expect(orders).toBeGreaterThan(1);
    });

    it.each([
      [
        'data',
        (store: IssuerSessionStore, id: string) => managerOn(store).updateData(id, withLocale),
      ],
      [
        'the user',
        (store: IssuerSessionStore) => managerOn(store).updateUser('u-1', { username: 'b' }),
      ],
    ])('a change of %s and the end of the session leave no session', async (_what, act) => {
      for (const end of ['revoke', 'revokeAll'] as const) {
        const orders = await everyOrder(async (race, ground) => {
          const { session } = await managerOn(ground.store).create(ada);

          await race(
            async (step): Promise<void> => {
              await act(ground.stepped(step), session.id);
            },
            async (step): Promise<void> => {
              const manager = managerOn(ground.stepped(step));
              await manager[end](end === 'revoke' ? session.id : 'u-1');
            },
          );

          expect(await ground.storedIds()).toEqual([]);
          expect(await ground.store.idsOf('u-1')).toEqual([]);
        });
        expect(orders).toBeGreaterThan(1);
      }
    });

    it('a change of data that finds the session reaches the session that a rotation leaves', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const [rotated, wasFound] = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id),
          (step) => changeIfFound(ground.stepped(step), session.id),
        );

        const stored = await storedIn(ground);
        expect(stored.map(({ id }) => id)).toEqual(rotated === null ? [] : [rotated.session.id]);
        for (const { data } of stored) expect(data).toEqual(wasFound ? { locale: 'de' } : {});
      });

      expect(orders).toBeGreaterThan(1);
    });

    it('a change of the user reaches the session that a rotation leaves', async () => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const [rotated] = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id),
          (step) => managerOn(ground.stepped(step)).updateUser('u-1', { username: 'countess' }),
        );

        const stored = await storedIn(ground);
        expect(stored.map(({ id }) => id)).toEqual(rotated === null ? [] : [rotated.session.id]);
        for (const { user } of stored) expect(user.username).toBe('countess');
      });

      expect(orders).toBeGreaterThan(1);
    });
  });
}

/** Same as {@link describeUpdateRaces} for rotations with a grace, which take many more steps. */
export function describeGraceUpdateRaces(
  name: string,
  prepare: () => Promise<Ground>,
  options: RaceOptions = {},
): void {
  const everyOrder = everyOrderOf(prepare, options);

  describe(`changes of data and users during a rotation with a grace in ${name}`, () => {
    it.each([
      ['data', (store: IssuerSessionStore, id: string) => managerOn(store).updateData(id, countUp)],
      [
        'the user',
        (store: IssuerSessionStore) => managerOn(store).updateUser('u-1', { username: 'b' }),
      ],
    ])('a change of %s reaches both tokens, once each', async (what, act) => {
      const orders = await everyOrder(async (race, ground) => {
        const { session } = await managerOn(ground.store).create(ada);

        const [rotated] = await race(
          (step) => managerOn(ground.stepped(step)).rotate(session.id, {}, GRACE),
          async (step): Promise<void> => {
            await act(ground.stepped(step), session.id);
          },
        );

        const stored = await storedIn(ground);
        const both = [session.id, rotated?.session.id].filter((it) => it !== undefined);
        expect(stored.map(({ id }) => id).sort()).toEqual(both.sort());
        for (const { data, user } of stored) {
          if (what === 'data') expect(data).toEqual({ count: 1 });
          else expect(user.username).toBe('b');
        }
      });

      expect(orders).toBeGreaterThan(1);
    });

    it.each([
      ['with', GRACE],
      ['without', {}],
    ])(
      'a change of data with an earlier token reaches the session that the next rotation %s a grace leaves',
      async (_what, next) => {
        const orders = await everyOrder(async (race, ground) => {
          const { session } = await managerOn(ground.store).create(ada);
          const first = await managerOn(ground.store).rotate(session.id, {}, GRACE);

          const [rotated, wasFound] = await race(
            (step) => managerOn(ground.stepped(step)).rotate(first?.session.id ?? '', {}, next),
            (step) => changeIfFound(ground.stepped(step), session.id),
          );

          const stored = await storedIn(ground);
          if (rotated) expect(stored.map(({ id }) => id)).toContain(rotated.session.id);
          for (const { data } of stored) expect(data).toEqual(wasFound ? { locale: 'de' } : {});
        });

        expect(orders).toBeGreaterThan(1);
      },
    );
  });
}

function countUp(data: { count?: number }): object {
  return { ...data, count: (data.count ?? 0) + 1 };
}
