import assert from 'node:assert/strict';
import { MAX_ATTRIBUTES, MAX_TOTAL_LENGTH, MAX_VALUE } from '../../common/attribute-rules.js';
import { casesAbout } from './contract-case.js';
import { type ReadingGround, SHORT } from './contract-ground.js';
import { fieldsOf, sampleSession } from './sample-session.js';

const coupon = { service: 'orders', name: 'coupon', value: '"SPRING"' };

/** Cases about values that services add to sessions. */
export const writeOnceAttributeCases = casesAbout<ReadingGround>('a write-once attribute', {
  anywhere: {
    'is read separately from the attributes of other services': async ({ store, issuer }) => {
      const session = sampleSession();
      await issuer.insert(session);

      assert.equal(await store.add(session, coupon), 'added');
      const strange = { ...coupon, name: '__proto__', value: '1' };
      assert.equal(await store.add(session, strange), 'added');
      assert.equal(await store.add(session, { ...coupon, service: 'products' }), 'added');

      assert.deepEqual([...(await store.attributes(session.id, 'orders'))].sort(), [
        ['__proto__', '1'],
        ['coupon', '"SPRING"'],
      ]);
      assert.deepEqual(
        [...(await store.attributes(session.id, 'products'))],
        [['coupon', '"SPRING"']],
      );
      assert.deepEqual([...(await store.attributes(session.id, 'other'))], []);
    },

    'is added by exactly one of several concurrent calls with the same name': async ({
      store,
      issuer,
    }) => {
      const session = sampleSession();
      await issuer.insert(session);

      const outcomes = await Promise.all(
        ['1', '2', '3', '4', '5'].map((value) => store.add(session, { ...coupon, value })),
      );

      assert.deepEqual(outcomes.sort(), ['added', 'taken', 'taken', 'taken', 'taken']);
    },

    'is rejected beyond the limits on number and size, and adds nothing': async ({
      store,
      issuer,
    }) => {
      const session = sampleSession();
      await issuer.insert(session);
      const add = (service: string, name: string, value = '1') =>
        store.add(session, { service, name, value });

      for (let i = 0; i < MAX_ATTRIBUTES; i += 1) {
        assert.equal(await add('orders', `name-${i}`), 'added');
      }
      assert.equal(await add('orders', 'one-more'), 'full');
      assert.equal(await add('orders', 'name-7'), 'taken');
      assert.equal((await store.attributes(session.id, 'orders')).size, MAX_ATTRIBUTES);

      const large = `"${'x'.repeat(MAX_VALUE - 2)}"`;
      const room = MAX_TOTAL_LENGTH / MAX_VALUE;
      for (let i = 0; i < room; i += 1) {
        assert.equal(await add('products', `name-${i}`, large), 'added');
      }
      assert.equal(await add('products', 'one-more'), 'full');
      assert.equal((await store.attributes(session.id, 'products')).size, room);
    },

    'ends with the session': async ({ store, issuer }) => {
      const session = sampleSession();
      await issuer.insert(session);
      await store.add(session, coupon);

      await issuer.remove(session.id, null);

      assert.deepEqual([...(await store.attributes(session.id, 'orders'))], []);
    },
  },
  local: {
    'is not overwritten by another attribute of the same name': async ({ store, issuer }) => {
      const session = sampleSession();
      await issuer.insert(session);
      await store.add(session, coupon);

      assert.equal(await store.add(session, coupon), 'taken');
      assert.equal(await store.add(session, { ...coupon, value: '"AUTUMN"' }), 'taken');

      assert.equal((await store.attributes(session.id, 'orders')).get('coupon'), '"SPRING"');
    },

    'is not added to a session that never existed or has ended': async ({ store, issuer }) => {
      const never = sampleSession();
      const ended = sampleSession();
      await issuer.insert(ended);
      await issuer.remove(ended.id, null);
      const late = sampleSession({ absoluteExpiresAt: Date.now() - 1 });

      for (const session of [never, ended, late]) {
        assert.equal(await store.add(session, coupon), 'gone');
        assert.deepEqual([...(await store.attributes(session.id, 'orders'))], []);
      }
    },

    'is not added to a session that has idled out': async ({ store, issuer, eventually }) => {
      const session = sampleSession({ idleTimeout: SHORT });
      await issuer.insert(session);
      await eventually(async () => (await store.find(session.id)) === null);

      assert.equal(await store.add(session, coupon), 'gone');
      assert.deepEqual([...(await store.attributes(session.id, 'orders'))], []);
    },

    'is not added to a superseded session': async ({ store, issuer }) => {
      const session = sampleSession({ supersededBy: sampleSession().id });
      await issuer.insert(session);

      assert.equal(await store.add(session, coupon), 'gone');
      assert.deepEqual([...(await store.attributes(session.id, 'orders'))], []);
    },

    'leaves the session unchanged': async ({ store, issuer }) => {
      const session = sampleSession();
      await issuer.insert(session);

      await store.add(session, coupon);

      assert.deepEqual(fieldsOf(await store.find(session.id)), fieldsOf(session));
    },
  },
});
