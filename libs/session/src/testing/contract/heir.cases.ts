import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { casesAbout } from './contract-case.js';
import type { IssuingGround } from './contract-ground.js';
import { fieldsOf, sampleSession } from './sample-session.js';

/** Stores a session and its heir. */
async function stored({ store }: IssuingGround) {
  const [session, heir] = [sampleSession(), sampleSession()];
  await store.insert(session);
  await store.insert(heir);
  const add = (service: string, name: string, value: string) =>
    store.add(session, { service, name, value });
  return { session, heir, add };
}

/** Cases about the end of a session that has an heir. */
export const heirCases = casesAbout<IssuingGround>('a removal with an heir', {
  anywhere: {
    'ends the session, and returns it in its last state': async (ground) => {
      const { store } = ground;
      const { session, heir } = await stored(ground);
      await store.update(session.id, (it) => it.with({ roles: ['last'] }));

      const last = await store.remove(session.id, session.user.id, heir);

      assert.deepEqual(fieldsOf(last), { ...fieldsOf(session), roles: ['last'] });
      assert.equal(await store.find(session.id), null);
      assert.deepEqual(await store.idsOf(session.user.id), [heir.id]);
      assert.equal(await store.remove(session.id, session.user.id, heir), null);
    },

    'passes the attributes to the heir, where they stay write-once': async (ground) => {
      const { store } = ground;
      const { session, heir, add } = await stored(ground);
      await add('orders', 'coupon', '"SPRING"');
      await add('orders', 'first', '1');
      await add('products', 'seen', 'true');

      await store.remove(session.id, session.user.id, heir);

      assert.deepEqual([...(await store.attributes(heir.id, 'orders'))].sort(), [
        ['coupon', '"SPRING"'],
        ['first', '1'],
      ]);
      assert.deepEqual([...(await store.attributes(heir.id, 'products'))], [['seen', 'true']]);
      assert.deepEqual([...(await store.attributes(session.id, 'orders'))], []);
      const again = { service: 'orders', name: 'coupon', value: '"AUTUMN"' };
      assert.equal(await store.add(heir, again), 'taken');
    },

    'loses no attribute that is added meanwhile': async (ground) => {
      const { store } = ground;
      const { session, heir, add } = await stored(ground);
      const names = Array.from({ length: 40 }, (_, i) => `n-${i}`);

      const [outcomes] = await Promise.all([
        Promise.all(
          names.map(async (name, i) => {
            await delay(i % 4);
            return add('orders', name, '1');
          }),
        ),
        delay(1).then(() => store.remove(session.id, session.user.id, heir)),
      ]);

      const added = names.filter((_, i) => outcomes[i] === 'added');
      const kept = [...(await store.attributes(heir.id, 'orders')).keys()];
      assert.deepEqual(kept.sort(), added.sort());
      assert.deepEqual([...(await store.attributes(session.id, 'orders'))], []);
    },
  },
  local: {
    'ends the session even when the heir has ended': async (ground) => {
      const { store } = ground;
      const { session, heir, add } = await stored(ground);
      await add('orders', 'coupon', '"SPRING"');
      await store.remove(heir.id, heir.user.id);

      assert.notEqual(await store.remove(session.id, session.user.id, heir), null);

      assert.equal(await store.find(session.id), null);
      assert.equal(await store.find(heir.id), null);
    },
  },
});
