import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import type { IssuingGround } from './contract-ground.js';
import { fieldsOf, sampleSession } from './sample-session.js';

/** Cases about the end of a session. */
export const removeCases = casesAbout<IssuingGround>('a removal', {
  anywhere: {
    'returns the session in its last state': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);
      await store.update(session.id, (it) => it.with({ roles: ['last'] }));

      const removed = await store.remove(session.id, null);

      assert.deepEqual(fieldsOf(removed), { ...fieldsOf(session), roles: ['last'] });
    },

    'takes the session from every call and from the index': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);
      await store.find(session.id);

      await store.remove(session.id, null);

      assert.equal(store.peek(session.id) ?? null, null);
      assert.equal(await store.find(session.id), null);
      assert.equal(await store.inspect(session.id), null);
      assert.deepEqual(await store.idsOf(session.user.id), []);
      assert.equal(await store.remove(session.id, session.user.id), null);
    },

    'holds when updates and touches are in flight': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);
      const update = () => store.update(session.id, (it) => it.with({ roles: ['new'] }));

      await Promise.all([
        update(),
        store.touch(session),
        update(),
        store.remove(session.id, null),
        update(),
        store.touch(session),
      ]);

      assert.equal(await store.find(session.id), null);
      assert.equal(await store.inspect(session.id), null);
    },

    'returns the session to exactly one of several concurrent calls': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);

      const removed = await Promise.all(
        Array.from({ length: 5 }, () => store.remove(session.id, session.user.id)),
      );

      assert.equal(removed.filter((it) => it !== null).length, 1);
    },

    'leaves the other sessions of the user alone': async ({ store }) => {
      const session = sampleSession();
      const other = sampleSession();
      await store.insert(session);
      await store.insert(other);

      await store.remove(session.id, null);

      assert.deepEqual(fieldsOf(await store.find(other.id)), fieldsOf(other));
      assert.deepEqual(await store.idsOf(other.user.id), [other.id]);
    },
  },
  local: {
    'returns no session that was never stored': async ({ store }) => {
      assert.equal(await store.remove(sampleSession().id, null), null);
    },

    'is not undone by a touch or an update': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);
      await store.remove(session.id, null);

      await store.touch(session);

      assert.equal(await store.update(session.id, (it) => it.with({ roles: ['new'] })), null);
      assert.equal(await store.find(session.id), null);
      assert.deepEqual(await store.idsOf(session.user.id), []);
    },
  },
});
