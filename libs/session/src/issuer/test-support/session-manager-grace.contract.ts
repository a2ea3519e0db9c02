import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { eventually } from '../../../../../tools/testing/eventually.js';
import { fuzzed } from '../../../../../tools/testing/fuzzed.js';
import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import type { SessionEvent } from '../../events/session-event.js';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import { managerOf } from '../../../test-support/manager-of.js';
import { SteppedStore } from '../../../test-support/stepped.js';
import type { ExpirySweeper } from '../expiry-sweeper.js';
import type { SessionIssuerModuleOptions } from '../session-issuer.options.js';
import type { NewSession, SessionManager } from '../session.manager.js';
import { type IssuingGround, IssuingProcess } from './issuing-process.js';

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

/** Behaviour of a rotation with a grace that depends on the store, in addition to the store contract. */
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
