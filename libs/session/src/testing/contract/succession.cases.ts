import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { supersedeSession } from '../../issuer/supersede-session.js';
import type { Session, SessionFields } from '../../session/session.js';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import { casesAbout } from './contract-case.js';
import { CLOCK_TOLERANCE, type IssuingGround, SHORT } from './contract-ground.js';
import { fieldsOf, sampleSession } from './sample-session.js';

const coupon = { service: 'orders', name: 'coupon', value: '"SPRING"' };

/** Longer than a case takes, in milliseconds. */
const LONG = 10_000;

/** Stores a session and its successor. */
async function stored(
  store: IssuerSessionStore,
  changes: Partial<SessionFields> = {},
): Promise<[Session, Session]> {
  const session = sampleSession(changes);
  const successor = session.with({ id: sampleSession().id, supersedes: session.id });
  await store.insert(session);
  await store.insert(successor);
  return [session, successor];
}

/** Cases about an update with a succession. */
export const successionCases = casesAbout<IssuingGround>('a superseded session', {
  anywhere: {
    'is found unchanged except for its successor and its shortened timeouts': async ({ store }) => {
      const [session, successor] = await stored(store);

      assert.equal(await supersedeSession(store, session, successor, LONG), true);

      const found = await store.find(session.id);
      assert.ok(found);
      assert.equal(found.supersededBy, successor.id);
      assert.equal(found.idleTimeout, LONG);
      assert.ok(found.absoluteExpiresAt <= Date.now() + LONG + CLOCK_TOLERANCE);
      const { absoluteExpiresAt, idleTimeout } = session;
      const before = found.with({ absoluteExpiresAt, idleTimeout, supersededBy: null });
      assert.deepEqual(fieldsOf(before), fieldsOf(session));
      const snapshot = await store.inspect(session.id);
      assert.ok(snapshot && snapshot.expiresAt <= Date.now() + LONG + CLOCK_TOLERANCE);
    },

    'leaves its successor unchanged, which names the session that it supersedes': async ({
      store,
    }) => {
      const [session, successor] = await stored(store);

      await supersedeSession(store, session, successor, LONG);

      const found = await store.find(successor.id);
      assert.deepEqual(fieldsOf(found), fieldsOf(successor));
      assert.equal(found?.supersedes, session.id);
    },

    'stays in the index, as the first session to end': async ({ store }) => {
      const [session, successor] = await stored(store);

      await supersedeSession(store, session, successor, LONG);

      assert.deepEqual(await store.idsOf(session.user.id), [session.id, successor.id]);
    },

    'ends by itself however often it is touched, even through an older copy': async ({
      store,
      eventually,
    }) => {
      const [session, successor] = await stored(store);
      const before = (await store.find(session.id)) ?? session;
      await supersedeSession(store, session, successor, SHORT);

      await eventually(async () => {
        await store.touch(before);
        const found = await store.find(session.id);
        if (found) await store.touch(found);
        return found === null;
      });

      assert.equal(await store.inspect(session.id), null);
      assert.notEqual(await store.find(successor.id), null);
    },

    'is superseded by exactly one of several concurrent calls': async ({ store }) => {
      const [session, successor] = await stored(store);

      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => supersedeSession(store, session, successor, LONG)),
      );

      assert.equal(outcomes.filter(Boolean).length, 1);
    },

    'cannot result from a session that was changed since it was read or has ended': async ({
      store,
    }) => {
      const [session, successor] = await stored(store);
      await store.update(session.id, (it) => it.with({ roles: ['changed'] }));

      assert.equal(await supersedeSession(store, session, successor, SHORT), false);
      const found = await store.find(session.id);
      assert.equal(found?.supersededBy, null);
      assert.equal(found.absoluteExpiresAt, session.absoluteExpiresAt);

      await store.remove(session.id, null);
      assert.equal(await supersedeSession(store, session, successor, LONG), false);
      assert.equal(await store.find(session.id), null);
    },

    'keeps its attributes, and its successor gets a copy': async ({ store }) => {
      const [session, successor] = await stored(store);
      await store.add(session, coupon);

      await supersedeSession(store, session, successor, LONG);

      for (const { id } of [session, successor]) {
        assert.equal((await store.attributes(id, 'orders')).get('coupon'), '"SPRING"');
      }
      assert.equal(await store.add(successor, { ...coupon, name: 'more' }), 'added');
      assert.equal((await store.attributes(session.id, 'orders')).has('more'), false);
    },

    'loses no attribute that is added meanwhile': async ({ store }) => {
      const [session, successor] = await stored(store);
      const names = Array.from({ length: 40 }, (_, i) => `n-${i}`);

      const [outcomes] = await Promise.all([
        Promise.all(
          names.map(async (name, i) => {
            await delay(i % 4);
            return store.add(session, { ...coupon, name });
          }),
        ),
        delay(1).then(() => supersedeSession(store, session, successor, LONG)),
      ]);

      const added = names.filter((_, i) => outcomes[i] === 'added');
      const kept = [...(await store.attributes(successor.id, 'orders')).keys()];
      assert.deepEqual(kept.sort(), added.sort());
    },

    'can be removed early, and is returned as it was': async ({ store }) => {
      const [session, successor] = await stored(store);
      await store.add(session, coupon);
      await supersedeSession(store, session, successor, LONG);

      const removed = await store.remove(session.id, null);

      assert.equal(removed?.supersededBy, successor.id);
      assert.equal(await store.find(session.id), null);
      assert.deepEqual([...(await store.attributes(session.id, 'orders'))], []);
      assert.deepEqual(await store.idsOf(session.user.id), [successor.id]);
    },
  },
  local: {
    'is not extended by an update': async ({ store, eventually }) => {
      const [session, successor] = await stored(store);
      await supersedeSession(store, session, successor, SHORT);

      await eventually(
        async () => (await store.update(session.id, (it) => it.with({ roles: ['busy'] }))) === null,
      );

      assert.equal(await store.find(session.id), null);
    },

    'keeps its absolute timeout when that is earlier than the grace': async ({
      store,
      eventually,
    }) => {
      const absoluteExpiresAt = Date.now() + SHORT;
      const [session, successor] = await stored(store, { absoluteExpiresAt });

      await supersedeSession(store, session, successor, LONG);

      const found = await store.find(session.id);
      assert.equal(found?.absoluteExpiresAt ?? absoluteExpiresAt, absoluteExpiresAt);
      await eventually(async () => (await store.find(session.id)) === null);
    },

    'keeps its idle timeout when that is shorter than the grace': async ({ store, eventually }) => {
      const [session, successor] = await stored(store, { idleTimeout: SHORT });

      await supersedeSession(store, session, successor, LONG);

      await eventually(async () => (await store.find(session.id)) === null);
      assert.equal(await store.inspect(session.id), null);
    },

    'can be superseded only once': async ({ store }) => {
      const [session, successor] = await stored(store);
      await supersedeSession(store, session, successor, LONG);
      const found = (await store.find(session.id)) ?? session;
      const other = sampleSession();
      await store.insert(other);

      assert.equal(await supersedeSession(store, session, other, LONG), false);
      assert.equal(await supersedeSession(store, found, other, LONG), false);

      assert.equal((await store.find(session.id))?.supersededBy, successor.id);
    },

    'accepts no more attributes, even through an older copy': async ({ store }) => {
      for (const name of ['coupon', 'other']) {
        const [session, successor] = await stored(store);
        await store.add(session, coupon);
        await supersedeSession(store, session, successor, LONG);
        const found = (await store.find(session.id)) ?? session;

        for (const read of [session, found]) {
          assert.equal(await store.add(read, { ...coupon, name }), 'gone');
          assert.equal(await store.add(read, { ...coupon, service: 'products', name }), 'gone');
        }

        assert.deepEqual([...(await store.attributes(session.id, 'products'))], []);
        assert.deepEqual(
          [...(await store.attributes(successor.id, 'orders'))],
          [['coupon', '"SPRING"']],
        );
      }
    },
  },
});
