import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import { CLOCK_TOLERANCE, type IssuingGround, SHORT } from './contract-ground.js';
import { sampleSession } from './sample-session.js';

/** Cases about the check for expired sessions. */
export const reviewCases = casesAbout<IssuingGround>('a review', {
  anywhere: {
    'returns null for an expired session, and cleans its index entry': async ({
      store,
      eventually,
    }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await store.insert(session);

      await eventually(async () => (await store.review(session.id, session.user.id)) === null);

      assert.equal(await store.find(session.id), null);
      assert.deepEqual(await store.idsOf(session.user.id), []);
    },
  },
  local: {
    'returns a time at which a live session may have ended, and does not count as use': async ({
      store,
    }) => {
      const session = sampleSession({ idleTimeout: 60_000 });
      await store.insert(session);
      const before = await store.inspect(session.id);

      const dueAt = await store.review(session.id, session.user.id);

      assert.ok(dueAt !== null && dueAt > Date.now());
      assert.ok(dueAt <= Date.now() + 60_000 + CLOCK_TOLERANCE);
      const after = await store.inspect(session.id);
      assert.ok(before && after && after.expiresAt <= before.expiresAt + SHORT);
      assert.deepEqual(await store.idsOf(session.user.id), [session.id]);
    },
  },
});
