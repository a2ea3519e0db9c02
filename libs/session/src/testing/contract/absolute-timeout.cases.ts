import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import { type ReadingGround, SHORT } from './contract-ground.js';
import { sampleSession } from './sample-session.js';

/** Cases about sessions that have lasted as long as they may. */
export const absoluteTimeoutCases = casesAbout<ReadingGround>('the absolute timeout', {
  local: {
    'ends a session however often it is used': async ({ store, issuer, eventually }) => {
      const absoluteExpiresAt = Date.now() + SHORT;
      const session = sampleSession({ absoluteExpiresAt, idleTimeout: 60_000 });
      await issuer.insert(session);

      await eventually(async () => {
        await store.touch(session);
        return (await store.find(session.id)) === null;
      });

      assert.equal(store.peek(session.id) ?? null, null);
    },

    'hides a session that is stored too late, without an error': async ({ store, issuer }) => {
      const session = sampleSession({ absoluteExpiresAt: Date.now() - 1 });

      await issuer.insert(session);

      assert.equal(await store.find(session.id), null);
    },
  },
});
