import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import { type IssuingGround, SHORT } from './contract-ground.js';
import { fieldsOf, sampleSession } from './sample-session.js';

/** Cases about changes of a session. */
export const updateCases = casesAbout<IssuingGround>('an update', {
  anywhere: {
    'returns the changed session, which every lookup then returns': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);
      await store.find(session.id);

      const updated = await store.update(session.id, (it) => it.with({ roles: ['new'] }));

      const expected = { ...fieldsOf(session), roles: ['new'] };
      const peeked = store.peek(session.id);
      if (peeked !== undefined) assert.deepEqual(fieldsOf(peeked), expected);
      assert.deepEqual(fieldsOf(updated), expected);
      assert.deepEqual(fieldsOf(await store.find(session.id)), expected);
    },

    'is not lost among twenty concurrent updates': async ({ store }) => {
      const session = sampleSession({ roles: [] });
      await store.insert(session);
      const names = Array.from({ length: 20 }, (_, index) => `role-${index}`);

      await Promise.all(
        names.map((name) =>
          store.update(session.id, (it) => it.with({ roles: [...it.roles, name] })),
        ),
      );

      const found = await store.find(session.id);
      assert.ok(found);
      assert.deepEqual([...found.roles].sort(), [...names].sort());
    },
  },
  local: {
    'creates no session that was never stored': async ({ store }) => {
      const { id } = sampleSession();

      assert.equal(await store.update(id, (session) => session), null);
      assert.equal(await store.find(id), null);
    },

    'creates no session that has idled out': async ({ store, eventually }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await store.insert(session);
      await eventually(async () => (await store.find(session.id)) === null);

      assert.equal(await store.update(session.id, (it) => it.with({ roles: ['late'] })), null);
      assert.equal(await store.find(session.id), null);
    },

    'does not count as use, and leaves both timeouts unchanged': async ({ store, eventually }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await store.insert(session);

      await eventually(async () => {
        await store.update(session.id, (it) => it.with({ roles: ['busy'] }));
        return (await store.find(session.id)) === null;
      });

      assert.equal(await store.inspect(session.id), null);
    },

    'leaves the attributes of the session alone': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);
      await store.add(session, { service: 'orders', name: 'coupon', value: '1' });

      await store.update(session.id, (it) => it.with({ roles: ['new'] }));

      assert.equal((await store.attributes(session.id, 'orders')).get('coupon'), '1');
    },

    'rethrows what the change function throws, and changes nothing': async ({ store }) => {
      const session = sampleSession();
      await store.insert(session);

      const update = store.update(session.id, () => {
        throw new RangeError('no such role');
      });

      await assert.rejects(update, RangeError);
      assert.deepEqual(fieldsOf(await store.find(session.id)), fieldsOf(session));
      assert.notEqual(await store.update(session.id, (it) => it), null);
    },

    'changes nothing when the change function returns null': async ({ store }) => {
      const session = sampleSession();
      const successor = sampleSession();
      await store.insert(session);
      await store.insert(successor);
      await store.add(session, { service: 'orders', name: 'coupon', value: '1' });

      assert.equal(await store.update(session.id, () => null), null);
      const succession = { by: successor, grace: SHORT };
      assert.equal(await store.update(session.id, () => null, succession), null);

      assert.deepEqual(fieldsOf(await store.find(session.id)), fieldsOf(session));
      assert.equal((await store.attributes(successor.id, 'orders')).size, 0);
      const snapshot = await store.inspect(session.id);
      assert.ok(snapshot && snapshot.expiresAt > Date.now() + SHORT);
    },
  },
});
