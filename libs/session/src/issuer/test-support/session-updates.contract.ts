import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import { InvalidSessionError } from '../../errors/invalid-session.error.js';
import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import type { SessionEvent } from '../../events/session-event.js';
import type { Session } from '../../session/session.js';
import type { SessionData } from '../../session/session-types.js';
import { SteppedStore } from '../../../test-support/stepped.js';
import { managerOf } from '../../../test-support/manager-of.js';
import { fieldsOf } from '../../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../../token/session-token.js';
import type { NewSession, SessionManager, UserChanges } from '../session.manager.js';
import { type IssuingGround, IssuingProcess } from './issuing-process.js';

const ada: NewSession = {
  user: { id: 'u-1', username: 'ada', tenant: 'acme' } as NewSession['user'],
  roles: ['orders'],
  data: { locale: 'en', cart: [1] },
};
const eve: NewSession = { user: { id: 'u-2', username: 'eve' }, roles: ['orders'] };

/** Largest difference between two readings of one clock, in milliseconds. */
const TOLERANCE = 100;

const inGerman = (data: object) => ({ ...data, locale: 'de' });
const countUp = (data: { count?: number }) => ({ ...data, count: (data.count ?? 0) + 1 });

/** Returns a store that answers this many calls and then fails. */
function failingAfter(store: IssuerSessionStore, calls: number): IssuerSessionStore {
  let left = calls;
  return new SteppedStore(store, async (act) => {
    if (left === 0) throw new SessionStoreUnavailableError();
    left -= 1;
    return act();
  });
}

/** Changes of what live sessions hold, on any store. */
export function describeSessionUpdates(name: string, { open }: Pick<IssuingGround, 'open'>): void {
  describe(`changes of live sessions on ${name}`, () => {
    let store: IssuerSessionStore;
    let manager: SessionManager;
    let emitted: SessionEvent[];

    beforeEach(() => {
      const stores = open();
      store = stores.issuerStore;
      ({ manager, emitted } = new IssuingProcess(store, stores.log));
    });

    async function stored(id: string): Promise<Session> {
      const snapshot = await manager.find(id);
      if (snapshot === null) throw new Error(`no session ${id}`);
      return snapshot.session;
    }

    /** Signs in and rotates twice. @returns the ids of the rotation chain, the oldest first */
    async function chainOfThree(): Promise<string[]> {
      const ids = [(await manager.create(ada)).session.id];
      for (let i = 0; i < 2; i += 1) {
        const rotated = await manager.rotate(ids.at(-1) ?? '', {}, { grace: true });
        ids.push(rotated?.session.id ?? '');
      }
      return ids;
    }

    const changesSince = (count: number) =>
      emitted.slice(count).map(({ type, sessionId }) => [type, sessionId]);

    it('keep the fields of the user that the app has added, in every copy of the session', async () => {
      const { session } = await manager.create(ada);
      await manager.setRoles('u-1', ['new']);
      const rotated = await manager.rotate(session.id);

      expect((await stored(rotated?.session.id ?? '')).user).toEqual(ada.user);
      expect(session.user).toEqual(ada.user);
    });

    describe('updateData', () => {
      it('changes the data, and nothing else', async () => {
        const { session } = await manager.create(ada);
        const before = await manager.find(session.id);

        const changed = await manager.updateData(session.id, inGerman);

        const after = await manager.find(session.id);
        const data = { locale: 'de', cart: [1] };
        expect(fieldsOf(changed)).toEqual({ ...fieldsOf(session), data });
        expect(fieldsOf(after?.session ?? null)).toEqual({ ...fieldsOf(session), data });
        for (const clock of ['expiresAt', 'lastSeenAt'] as const) {
          expect(Math.abs((after?.[clock] ?? 0) - (before?.[clock] ?? 0))).toBeLessThan(TOLERANCE);
        }
        expect(await store.idsOf('u-1')).toEqual([session.id]);
      });

      it('applies every one of many concurrent changes once', async () => {
        const { session } = await manager.create(ada);

        await Promise.all(Array.from({ length: 8 }, () => manager.updateData(session.id, countUp)));

        expect((await stored(session.id)).data).toEqual({ locale: 'en', cart: [1], count: 8 });
      });

      it('returns null for a session that is gone, and creates none', async () => {
        const { session } = await manager.create(ada);
        await manager.revoke(session.id);

        for (const id of [session.id, sessionIdOf(createToken()), 'no id']) {
          expect(await manager.updateData(id, inGerman)).toBeNull();
        }

        expect(await manager.find(session.id)).toBeNull();
        expect(await store.idsOf('u-1')).toEqual([]);
        expect(emitted.map(({ type }) => type)).toEqual(['created', 'revoked']);
      });

      it('rejects data that no service could read, and changes nothing', async () => {
        const { session } = await manager.create(ada);
        const invalid = [null, 'text', [1], { big: 1n }, { total: NaN }, Promise.resolve({ a: 1 })];

        for (const data of invalid) {
          const change = () => data as SessionData;
          await expect(manager.updateData(session.id, change)).rejects.toThrow(InvalidSessionError);
        }

        expect(fieldsOf(await stored(session.id))).toEqual(fieldsOf(session));
        expect(emitted).toHaveLength(1);
      });

      it('throws the error of the change, and changes nothing', async () => {
        const { session } = await manager.create(ada);
        const fail = (): never => {
          throw new Error('no such cart');
        };

        await expect(manager.updateData(session.id, fail)).rejects.toThrow('no such cart');

        expect(fieldsOf(await stored(session.id))).toEqual(fieldsOf(session));
      });

      it('passes frozen data to the change', async () => {
        const { session } = await manager.create(ada);
        const push = (data: { cart?: number[] }) => {
          data.cart?.push(2);
          return data;
        };

        await expect(manager.updateData(session.id, push)).rejects.toThrow(TypeError);
      });

      it.each([0, 1, 2])('changes the whole rotation chain once, given its id %i', async (i) => {
        const ids = await chainOfThree();
        const before = await Promise.all(ids.map(stored));
        const count = emitted.length;

        const changed = await manager.updateData(ids[i] ?? '', countUp, { by: 'u-1' });

        expect(changed?.id).toBe(ids[2]);
        for (const [at, id] of ids.entries()) {
          const data = { locale: 'en', cart: [1], count: 1 };
          expect(fieldsOf(await stored(id))).toEqual({ ...fieldsOf(before[at] ?? null), data });
        }
        expect(changesSince(count)).toEqual([['dataChanged', ids[2]]]);
      });

      it('emits an event without values, and none when nothing has changed', async () => {
        const { session } = await manager.create(ada);

        await manager.updateData(session.id, inGerman, { by: 'admin-1', reason: 'moved' });
        await manager.updateData(session.id, inGerman, { by: 'admin-1' });

        expect(emitted.slice(1)).toEqual([
          {
            ...{ type: 'dataChanged', sessionId: session.id, userId: 'u-1' },
            ...{ by: 'admin-1', reason: 'moved' },
            ...{ at: expect.any(Number) as number, position: expect.any(String) as string },
          },
        ]);
      });

      it('can be repeated after a failure at any step', async () => {
        for (let calls = 0; ; calls += 1) {
          const ids = await chainOfThree();
          const failing = managerOf(failingAfter(store, calls));

          const hasFailed = await failing.updateData(ids[1] ?? '', inGerman).then(
            () => false,
            (error: unknown) => error instanceof SessionStoreUnavailableError,
          );
          if (hasFailed) await manager.updateData(ids[1] ?? '', inGerman);

          for (const id of ids) {
            expect((await stored(id)).data).toEqual({ locale: 'de', cart: [1] });
          }
          if (!hasFailed) break;
          await manager.revokeAll('u-1');
        }
      });
    });

    describe('updateUser', () => {
      it('changes the given fields in all sessions of the user, and nothing else', async () => {
        const sessions = [await manager.create(ada), await manager.create(ada)];
        const { session: other } = await manager.create(eve);

        expect(await manager.updateUser('u-1', { username: 'countess' })).toBe(2);

        for (const { session } of sessions) {
          const user = { id: 'u-1', username: 'countess', tenant: 'acme' };
          expect(fieldsOf(await stored(session.id))).toEqual({ ...fieldsOf(session), user });
        }
        expect(fieldsOf(await stored(other.id))).toEqual(fieldsOf(other));
      });

      it('keeps fields that are undefined or not named', async () => {
        const { session } = await manager.create(ada);
        const changes = { username: undefined, tenant: undefined, team: 'red' } as UserChanges;

        await manager.updateUser('u-1', changes);

        expect((await stored(session.id)).user).toEqual({ ...ada.user, team: 'red' });
      });

      it('changes both sessions of a rotation with a grace, and counts them as one', async () => {
        const ids = await chainOfThree();
        const count = emitted.length;

        expect(await manager.updateUser('u-1', { username: 'countess' })).toBe(1);

        for (const id of ids) expect((await stored(id)).user.username).toBe('countess');
        expect((await stored(ids[0] ?? '')).supersededBy).toBe(ids[1]);
        expect(changesSince(count)).toEqual([['userChanged', ids[2]]]);
      });

      it('returns 0 for a user without sessions, and creates none', async () => {
        const { session } = await manager.create(ada);
        await manager.revoke(session.id);

        expect(await manager.updateUser('u-1', { username: 'countess' })).toBe(0);

        expect(await store.idsOf('u-1')).toEqual([]);
        expect(await manager.find(session.id)).toBeNull();
      });

      it('rejects fields that no service could read, and another id, and changes nothing', async () => {
        const { session } = await manager.create(ada);
        const invalid: object[] = [
          ...[{ username: '' }, { username: 7 }, { tenant: 1n }, { tenant: () => 'acme' }],
          ...[{ id: 'u-2' }, { id: 'u-2', username: 'eve' }, { id: '' }],
        ];

        for (const changes of invalid) {
          const update = manager.updateUser('u-1', changes);
          await expect(update).rejects.toThrow(InvalidSessionError);
        }

        expect(fieldsOf(await stored(session.id))).toEqual(fieldsOf(session));
        expect(emitted).toHaveLength(1);
      });

      it('treats the name of a prototype like any other name', async () => {
        const { session } = await manager.create(ada);
        const changes = JSON.parse('{"__proto__":{"admin":true}}') as UserChanges;

        await manager.updateUser('u-1', changes);

        const { user } = await stored(session.id);
        expect(Object.getPrototypeOf(user)).toBe(Object.prototype);
        expect((user as { admin?: boolean }).admin).toBeUndefined();
        expect(Object.keys(user)).toContain('__proto__');
      });

      it('emits an event for each session, without values, and none when nothing has changed', async () => {
        const ids = [await manager.create(ada), await manager.create(ada)].map(
          ({ session }) => session.id,
        );

        await manager.updateUser('u-1', { username: 'countess' }, { by: 'u-1', reason: 'renamed' });
        await manager.updateUser('u-1', { username: 'countess' });

        const events = emitted.slice(2);
        expect(events.map(({ sessionId }) => sessionId).sort()).toEqual(ids.sort());
        expect(JSON.stringify(events)).not.toContain('countess');
        for (const event of events) {
          expect(event).toMatchObject({ type: 'userChanged', by: 'u-1', reason: 'renamed' });
        }
      });
    });
  });
}
