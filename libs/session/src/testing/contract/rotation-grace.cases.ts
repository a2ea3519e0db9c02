import assert from 'node:assert/strict';
import type { SessionManager } from '../../issuer/session.manager.js';
import { casesAbout } from './contract-case.js';
import { type IssuingGround, SHORT } from './contract-ground.js';
import { ada, signedIn } from './signed-in.js';

const GRACE = { grace: true };

/** Rotates a session with a grace, and returns the id of the new session. */
async function rotate(manager: SessionManager, id: string): Promise<string> {
  const rotated = await manager.rotate(id, { reason: 'reauthenticated' }, GRACE);
  assert.ok(rotated, 'no session to rotate');
  return rotated.session.id;
}

/** Creates and rotates a session, and returns its old and its new id. */
async function rotated(manager: SessionManager): Promise<[before: string, after: string]> {
  const { session } = await manager.create(ada);
  return [session.id, await rotate(manager, session.id)];
}

/** Rotates a session twice, and returns the ids of its chain. */
async function chainOf(manager: SessionManager): Promise<string[]> {
  const [first, second] = await rotated(manager);
  return [first, second, await rotate(manager, second)];
}

/** Cases about rotations that leave the old token valid for a moment. */
export const rotationGraceCases = casesAbout<IssuingGround>('a rotation with a grace', {
  local: {
    'links the two sessions to each other': async (ground) => {
      const { manager } = signedIn(ground);
      const [before, after] = await rotated(manager);

      const [old, current] = [await ground.store.find(before), await ground.store.find(after)];
      assert.deepEqual([old?.supersededBy, old?.supersedes], [after, null]);
      assert.deepEqual([current?.supersededBy, current?.supersedes], [null, before]);
    },

    'ends the old session once the grace has passed': async (ground) => {
      const { managerWith, areThere, listed } = signedIn(ground);
      const [before, after] = await rotated(managerWith({ rotationGrace: SHORT }));

      await ground.eventually(async () => !(await areThere(before))[0]);

      assert.deepEqual(await areThere(after), [true]);
      assert.deepEqual(await listed('u-1'), [after]);
    },

    'ends the old session at once when the grace is zero or not requested': async (ground) => {
      const { manager, managerWith, areThere } = signedIn(ground);
      const { session } = await manager.create(ada);
      await manager.rotate(session.id);
      assert.deepEqual(await areThere(session.id), [false]);

      const [before] = await rotated(managerWith({ rotationGrace: 0 }));
      assert.deepEqual(await areThere(before), [false]);
    },

    'cannot be repeated with the old session, with or without a grace': async (ground) => {
      const { manager, areThere } = signedIn(ground);
      const [before, after] = await rotated(manager);

      assert.equal(await manager.rotate(before, {}, GRACE), null);
      assert.equal(await manager.rotate(before), null);

      assert.deepEqual(await areThere(before, after), [true, true]);
    },

    'loses both tokens when the session limit ends the oldest session': async (ground) => {
      const { managerWith, areThere } = signedIn(ground);
      const manager = managerWith({ maxPerUser: 1 });
      const [before, after] = await rotated(manager);
      await ground.pass(2);

      const { session } = await manager.create(ada);

      assert.deepEqual(await areThere(before, after, session.id), [false, false, true]);
    },

    'ends both sessions on a logout with either token': async (ground) => {
      const { manager, areThere } = signedIn(ground);
      for (const token of [0, 1]) {
        const both = await rotated(manager);

        assert.notEqual(await manager.revoke(both[token] ?? ''), null);

        assert.deepEqual(await areThere(...both), [false, false]);
        assert.deepEqual(await ground.store.idsOf('u-1'), []);
      }
    },

    'ends the chain of two rotations on a logout with any of its tokens': async (ground) => {
      const { manager, areThere } = signedIn(ground);
      for (const token of [0, 1, 2]) {
        const chain = await chainOf(manager);

        await manager.revoke(chain[token] ?? '');

        assert.deepEqual(await areThere(...chain), [false, false, false]);
      }
    },

    'invalidates the old token when the new session is rotated without a grace': async (ground) => {
      const { manager, areThere } = signedIn(ground);
      const [before, after] = await rotated(manager);

      const last = await manager.rotate(after);

      assert.ok(last);
      assert.deepEqual(await areThere(before, after, last.session.id), [false, false, true]);
    },

    'ends the old session when all sessions but the new one are revoked': async (ground) => {
      const { manager, areThere } = signedIn(ground);
      const [before, after] = await rotated(manager);

      assert.equal(await manager.revokeAll('u-1', { except: after }), 0);

      assert.deepEqual(await areThere(before, after), [false, true]);
    },

    'counts as one session, and both end, on a ban': async (ground) => {
      const { manager, areThere } = signedIn(ground);
      const both = await rotated(manager);

      assert.equal(await manager.revokeAll('u-1'), 1);

      assert.deepEqual(await areThere(...both), [false, false]);
    },

    'counts as one session, and both change, on a role change': async (ground) => {
      const { manager } = signedIn(ground);
      const [before, after] = await rotated(manager);

      assert.equal(await manager.setRoles('u-1', ['new']), 1);

      for (const id of [before, after]) {
        assert.deepEqual((await ground.store.find(id))?.roles, ['new']);
      }
      assert.equal((await ground.store.find(before))?.supersededBy, after);
    },
  },
});
