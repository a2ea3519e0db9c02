import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import { CLOCK_TOLERANCE, type IssuingGround, SHORT } from './contract-ground.js';
import { fieldsOf, sampleSession } from './sample-session.js';

/** Latency of a store that still counts as at once, in milliseconds. */
const LATENCY = 1_000;

/** Cases about a session and its clocks. */
export const inspectCases = casesAbout<IssuingGround>('an inspection', {
  anywhere: {
    'returns the session together with its clocks': async ({ store }) => {
      const session = sampleSession({ idleTimeout: 60_000 });
      await store.insert(session);

      const snapshot = await store.inspect(session.id);

      assert.ok(snapshot);
      assert.deepEqual(fieldsOf(snapshot.session), fieldsOf(session));
      assert.ok(snapshot.expiresAt > session.createdAt + 30_000);
      assert.ok(snapshot.expiresAt <= Date.now() + 60_000 + CLOCK_TOLERANCE);
      assert.equal(snapshot.lastSeenAt, snapshot.expiresAt - 60_000);
    },

    'sees a later use after a touch': async ({ store, pass }) => {
      const session = sampleSession({ idleTimeout: 1_500 });
      await store.insert(session);
      const before = await store.inspect(session.id);

      // Longer than the thirtieth of the idle timeout in which a store may skip a renewal.
      await pass(100);
      await store.touch(session);

      const after = await store.inspect(session.id);
      assert.ok(before && after);
      assert.ok(after.lastSeenAt > before.lastSeenAt);
    },
  },
  local: {
    'finds no session that was never stored': async ({ store }) => {
      assert.equal(await store.inspect(sampleSession().id), null);
    },

    'reports the absolute timeout when that precedes the idle one': async ({ store }) => {
      const absoluteExpiresAt = Date.now() + 60_000;
      const session = sampleSession({ absoluteExpiresAt, idleTimeout: 3_600_000 });
      await store.insert(session);

      const snapshot = await store.inspect(session.id);

      assert.ok(snapshot);
      assert.ok(snapshot.expiresAt <= absoluteExpiresAt);
      // Not before the sign-in either, although the absolute timeout is close.
      assert.ok(snapshot.lastSeenAt > session.createdAt - LATENCY);
    },

    'does not count as use': async ({ store, eventually }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await store.insert(session);

      await eventually(async () => (await store.inspect(session.id)) === null);

      assert.equal(await store.find(session.id), null);
    },

    'finds no session beyond its absolute timeout': async ({ store, eventually }) => {
      const absoluteExpiresAt = Date.now() + SHORT;
      const session = sampleSession({ absoluteExpiresAt, idleTimeout: 60_000 });
      await store.insert(session);

      await eventually(async () => (await store.inspect(session.id)) === null);

      // A change goes by the clock of the store's server, which may be a moment behind.
      await eventually(async () => (await store.update(session.id, (it) => it)) === null);
    },
  },
});
