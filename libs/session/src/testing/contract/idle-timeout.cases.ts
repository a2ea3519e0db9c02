import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import { type ReadingGround, SHORT, STEP } from './contract-ground.js';
import { sampleSession } from './sample-session.js';

/** Cases about sessions that are not used. */
export const idleTimeoutCases = casesAbout<ReadingGround>('the idle timeout', {
  anywhere: {
    'ends a session that is not used': async ({ store, issuer, eventually }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await issuer.insert(session);

      await eventually(async () => (await store.find(session.id)) === null);

      assert.equal(store.peek(session.id) ?? null, null);
    },
  },
  local: {
    'leaves nothing that a touch could bring back': async ({ store, issuer, eventually }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await issuer.insert(session);
      await eventually(async () => (await store.find(session.id)) === null);

      await store.touch(session);

      assert.equal(await store.find(session.id), null);
    },

    'restarts with every touch': async ({ store, issuer, pass }) => {
      const session = sampleSession({ idleTimeout: 1_000 });
      await issuer.insert(session);
      const firstDeadline = Date.now() + session.idleTimeout;

      while (Date.now() <= firstDeadline) {
        await store.touch(session);
        await pass(STEP);
      }

      assert.notEqual(await store.find(session.id), null);
    },

    'is not renewed by a lookup': async ({ store, issuer, eventually }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await issuer.insert(session);

      await eventually(async () => {
        store.peek(session.id);
        await store.find(session.id, { fresh: true });
        return (await store.find(session.id)) === null;
      });

      assert.equal(await store.find(session.id), null);
    },
  },
});
