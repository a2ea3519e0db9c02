import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { eventually } from '../../../../../tools/testing/eventually.js';
import { fuzzed } from '../../../../../tools/testing/fuzzed.js';
import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import type { SessionEvent } from '../../events/session-event.js';
import type { IssuerSessionStore } from '../issuer-session.store.js';
import { managerOf } from '../../../test-support/manager-of.js';
import { SteppedStore } from '../../../test-support/stepped.js';
import type { ExpirySweeper } from '../expiry-sweeper.js';
import type { SessionIssuerModuleOptions } from '../session-issuer.options.js';
import type { NewSession, SessionManager } from '../session.manager.js';
import { type IssuingGround, IssuingProcess } from './issuing-process.js';
import { untilAfter } from './until-after.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

/** Milliseconds: short enough to wait for. */
const SHORT = 50;

/** Number of races between rotations and a logout. */
const RACES = 300;
/** Number of rotations in a row. */
const ROTATIONS = 3;
/** Number of store calls after which the pattern of pauses repeats. */
const PAUSES = 12;
/** Turns of the event loop. */
const LONGEST_PAUSE = 5;

/** Returns a store with a pause before each call. `pauses` lists the pauses in turns of the event loop. */
function slowedDown(store: IssuerSessionStore, pauses: readonly number[]): IssuerSessionStore {
  let calls = 0;
  return new SteppedStore(store, async (act) => {
    for (let turns = pauses[calls++ % PAUSES] ?? 0; turns > 0; turns -= 1) await tick();
    return act();
  });
}

/** Rotates a session several times in a row. @returns ids of the rotation chain */
async function rotateOn(manager: SessionManager, id: string): Promise<string[]> {
  const chain = [id];
  for (let i = 0; i < ROTATIONS; i += 1) {
    const next = await manager.rotate(chain.at(-1) ?? '', {}, { grace: true });
    if (next === null) break;
    chain.push(next.session.id);
  }
  return chain;
}

/** Returns a store that answers this many calls and then fails. */
function failingAfter(store: IssuerSessionStore, calls: number): IssuerSessionStore {
  let left = calls;
  return new SteppedStore(store, async (act) => {
    if (left === 0) throw new SessionStoreUnavailableError();
    left -= 1;
    return act();
  });
}

/** Behaviour of a rotation with a grace that depends on the store. */
export function describeSessionManagerGrace(name: string, { open, skip }: IssuingGround): void {
  describe(`a rotation with a grace on ${name}`, () => {
    let store: IssuerSessionStore;
    let manager: SessionManager;
    let sweeper: ExpirySweeper;
    let emitted: SessionEvent[];

    beforeEach(() => {
      begin();
    });

    function begin(given: SessionIssuerModuleOptions = {}): void {
      const { issuerStore, log } = open();
      store = issuerStore;
      ({ manager, sweeper, emitted } = new IssuingProcess(store, log, given));
    }

    async function rotate(id: string): Promise<string> {
      const rotated = await manager.rotate(id, { reason: 'reauthenticated' }, { grace: true });
      if (rotated === null) throw new Error('nothing to rotate');
      return rotated.session.id;
    }

    /** Creates and rotates a session, and returns its old and its new id. */
    async function rotated(): Promise<[before: string, after: string]> {
      const { session } = await manager.create(ada);
      return [session.id, await rotate(session.id)];
    }

    async function areThere(...ids: string[]): Promise<boolean[]> {
      const found = await Promise.all(ids.map((id) => manager.find(id)));
      return found.map((it) => it !== null);
    }

    const listed = async () => (await manager.listByUser('u-1')).map(({ session }) => session.id);

    it('links the two sessions to each other', async () => {
      const [before, after] = await rotated();

      expect((await manager.find(before))?.session).toMatchObject({
        supersededBy: after,
        supersedes: null,
      });
      expect((await manager.find(after))?.session).toMatchObject({
        supersededBy: null,
        supersedes: before,
      });
    });

    it('ends the old session once the grace has passed', async () => {
      begin({ rotationGrace: SHORT });
      const [before, after] = await rotated();

      await eventually(async () => {
        skip(20);
        return !(await areThere(before))[0];
      });

      expect(await areThere(after)).toEqual([true]);
      expect(await listed()).toEqual([after]);
    });

    it('ends the old session at once when the grace is zero or not requested', async () => {
      const { session } = await manager.create(ada);
      await manager.rotate(session.id);
      expect(await areThere(session.id)).toEqual([false]);

      begin({ rotationGrace: 0 });
      const { session: other } = await manager.create(ada);
      await rotate(other.id);
      expect(await areThere(other.id)).toEqual([false]);
    });

    it('cannot be repeated with the old session, with or without a grace', async () => {
      const [before, after] = await rotated();

      expect(await manager.rotate(before, {}, { grace: true })).toBeNull();
      expect(await manager.rotate(before)).toBeNull();

      expect(await areThere(before, after)).toEqual([true, true]);
    });

    it('loses both tokens when the session limit ends the oldest session', async () => {
      begin({ maxPerUser: 1 });
      const [before, after] = await rotated();
      const issued = await manager.find(after);
      await untilAfter(issued?.session.createdAt ?? 0);

      const { session } = await manager.create(ada);

      expect(await areThere(before, after, session.id)).toEqual([false, false, true]);
    });

    it.each(['the old', 'the new'])(
      'ends both sessions on a logout with %s token',
      async (which) => {
        const [before, after] = await rotated();

        const ended = await manager.revoke(which === 'the old' ? before : after, { reason: 'out' });

        expect(ended).not.toBeNull();
        expect(await areThere(before, after)).toEqual([false, false]);
        expect(await store.idsOf('u-1')).toEqual([]);
      },
    );

    it.each([0, 1, 2])('ends the chain of two rotations on a logout with token %i', async (i) => {
      const [first, second] = await rotated();
      const ids = [first, second, await rotate(second)];

      await manager.revoke(ids[i] ?? '');

      expect(await areThere(...ids)).toEqual([false, false, false]);
    });

    it('ends the whole chain on a logout, even while rotations continue', async () => {
      const pauses = fc.array(fc.nat(LONGEST_PAUSE), { minLength: PAUSES, maxLength: PAUSES });
      await fc.assert(
        fc.asyncProperty(pauses, pauses, async (ofRotations, ofLogout) => {
          const { session } = await manager.create(ada);
          const slowed = (turns: number[]) => managerOf(slowedDown(store, turns));

          const [chain] = await Promise.all([
            rotateOn(slowed(ofRotations), session.id),
            slowed(ofLogout).revoke(session.id),
          ]);

          expect(await areThere(...chain)).toEqual(chain.map(() => false));
          expect(await store.idsOf('u-1')).toEqual([]);
        }),
        fuzzed(RACES),
      );
    });

    it.each([0, 1, 2])(
      'ends the chain of two rotations when a failed logout with token %i is retried',
      async (i) => {
        for (let calls = 0; ; calls += 1) {
          const [first, second] = await rotated();
          const ids = [first, second, await rotate(second)];
          const id = ids[i] ?? '';
          const failing = managerOf(failingAfter(store, calls));

          const hasFailed = await failing.revoke(id).then(
            () => false,
            () => true,
          );
          if (hasFailed) await manager.revoke(id);

          expect(await areThere(...ids)).toEqual([false, false, false]);
          expect(await store.idsOf('u-1')).toEqual([]);
          if (!hasFailed) break;
        }
      },
    );

    it('invalidates the old token when the new session is rotated without a grace', async () => {
      const [before, after] = await rotated();

      const last = await manager.rotate(after);

      expect(await areThere(before, after, last?.session.id ?? '')).toEqual([false, false, true]);
    });

    it('ends the old session when all sessions but the new one are revoked', async () => {
      const [before, after] = await rotated();

      expect(await manager.revokeAll('u-1', { except: after })).toBe(0);

      expect(await areThere(before, after)).toEqual([false, true]);
    });

    it('ends both sessions on a ban, and counts them as one', async () => {
      const [before, after] = await rotated();

      expect(await manager.revokeAll('u-1')).toBe(1);

      expect(await areThere(before, after)).toEqual([false, false]);
    });

    it('applies a role change to both sessions, and counts them as one', async () => {
      const [before, after] = await rotated();

      expect(await manager.setRoles('u-1', ['new'])).toBe(1);

      for (const id of [before, after]) {
        expect((await manager.find(id))?.session.roles).toEqual(['new']);
      }
      expect((await manager.find(before))?.session.supersededBy).toBe(after);
    });

    it('emits no expiry event for the old session', async () => {
      begin({ rotationGrace: SHORT, idleTimeout: 400 });
      const [before, after] = await rotated();

      await eventually(async () => {
        skip(100);
        await sweeper.sweep();
        return emitted.at(-1)?.type === 'expired';
      });

      expect(emitted.map(({ type, sessionId }) => [type, sessionId])).toEqual([
        ['created', before],
        ['rotated', after],
        ['expired', after],
      ]);
    });
  });
}
