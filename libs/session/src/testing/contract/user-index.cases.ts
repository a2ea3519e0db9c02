import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import type { IssuingGround } from './contract-ground.js';
import { sampleSession } from './sample-session.js';

const HOUR = 3_600_000;

/** Cases about the sessions of a user. */
export const userIndexCases = casesAbout<IssuingGround>('the index of a user', {
  anywhere: {
    'lists the sessions that end soonest first': async ({ store }) => {
      const now = Date.now();
      const sessions = [3, 1, 2].map((hours) =>
        sampleSession({ absoluteExpiresAt: now + hours * HOUR }),
      );
      for (const session of sessions) await store.insert(session);
      const [third, first, second] = sessions.map(({ id }) => id);

      assert.deepEqual(await store.idsOf('u-1'), [first, second, third]);
      assert.deepEqual(await store.idsOf('u-1', now + 2 * HOUR), [first, second]);
    },

    'lists sessions that end together by their ids, as JavaScript compares them': async ({
      store,
    }) => {
      const absoluteExpiresAt = Date.now() + HOUR;
      const sessions = Array.from({ length: 12 }, () => sampleSession({ absoluteExpiresAt }));
      for (const session of sessions) await store.insert(session);

      assert.deepEqual(await store.idsOf('u-1'), sessions.map(({ id }) => id).sort());
    },

    'is empty for a user without sessions': async ({ store }) => {
      assert.deepEqual(await store.idsOf('nobody'), []);
    },

    'keeps users apart': async ({ store }) => {
      const ada = sampleSession({ user: { id: 'u-1', username: 'ada' } });
      const eve = sampleSession({ user: { id: 'u-10', username: 'ada' } });
      const strange = sampleSession({ user: { id: 'ü/{1}', username: 'ada' } });
      for (const session of [ada, eve, strange]) await store.insert(session);

      assert.deepEqual(await store.idsOf('u-1'), [ada.id]);
      assert.deepEqual(await store.idsOf('u-10'), [eve.id]);
      assert.deepEqual(await store.idsOf('ü/{1}'), [strange.id]);

      await store.remove(ada.id, 'u-1');
      assert.deepEqual(await store.idsOf('u-10'), [eve.id]);
      assert.notEqual(await store.find(eve.id), null);
    },
  },
  local: {
    'has no entry of a session that only a touch would have stored': async ({ store }) => {
      const session = sampleSession();

      await store.touch(session);

      assert.deepEqual(await store.idsOf(session.user.id), []);
    },
  },
});
